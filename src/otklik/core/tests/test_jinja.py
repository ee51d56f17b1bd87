from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from otklik.core.jinja import escaped

ENV: Any = engines["jinja2"]


class Dressed:
    def __html__(self) -> str:
        return "<b>own</b>"


@pytest.mark.parametrize(
    "value",
    [
        "<&>\"'",
        "plain",
        Markup("<b>"),
        Dressed(),
        7,
        None,
        1.5,
        ["<"],
        translation.gettext_lazy("<"),
    ],
)
def test_a_value_is_escaped_as_jinja_escapes_it(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("{{ x }}{{ x|safe }}", "&lt;i&gt;<i>"),
        ("{% macro m(a) %}<u>{{ a }}</u>{% endmacro %}{{ m(x) }}", "<u>&lt;i&gt;</u>"),
        ("{% set s %}<u>{{ x }}</u>{% endset %}{{ s }}", "<u>&lt;i&gt;</u>"),
        (
            "{% macro m() %}<u>{{ caller() }}</u>{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
            "<u>&lt;i&gt;</u>",
        ),
        ("{{ _('%(a)s left', a=x) }}", "&lt;i&gt; left"),
        ("{{ ui.tag(x, kind='bad') }}", '<span class="tag bad">&lt;i&gt;</span>'),
        ("{{ ui.tag(*[x]) }}", '<span class="tag ">&lt;i&gt;</span>'),
        ("{{ x ~ '<' }}", "&lt;i&gt;&lt;"),
        ("{{ [x]|join(', ') }}", "&lt;i&gt;"),
    ],
)
def test_what_a_template_shows_is_escaped_once(template: str, page: str) -> None:
    assert ENV.from_string(template).render({"x": "<i>"}) == page


def test_a_name_that_nobody_gave_is_a_mistake() -> None:
    for template in ("{{ nobody }}", "{{ nobody() }}", "{{ ui.nothing() }}"):
        with pytest.raises(UndefinedError):
            ENV.from_string(template).render({})
