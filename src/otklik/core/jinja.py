"""The template environment: autoescape, strict about missing names, the product's globals."""

from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import (  # type: ignore[attr-defined]  # what its escape() itself calls, compiled or not
    Markup,
    _escape_inner,
    escape,
)
from typing_extensions import override

from otklik.core import clock, live, slots
from otklik.core.filters import FILTERS, span_words
from otklik.core.spoken import direction, own_name
from otklik.core.texts import translated


def escaped(value: object) -> str:
    """Return a value as it may stand in a page; what is markup already stays as it is.

    What jinja's own `escape` says, but as a plain string: to make markup of each of a page's
    thousand values takes longer than to escape them.
    """
    if type(value) is Markup:
        return value
    return _escape_inner(value) if type(value) is str else escape(value)


class _Writer(CodeGenerator):
    """Writes templates that escape by `escaped`, and call what wants no context straight away."""

    @override
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")

    @override
    def visit_Call(
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # jinja's signature
    ) -> None:
        if forward_caller or node.dyn_args or node.dyn_kwargs or not self._is_plain(node.node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        for number, given in enumerate([*node.args, *node.kwargs]):
            self.write(", " if number else "(")
            self.visit(given, frame)
        self.write(")" if node.args or node.kwargs else "()")

    def _is_plain(self, called: nodes.Expr) -> bool:
        """Tell whether this is one of our functions or macros, and does not ask for a context."""
        known = self.environment.globals
        match called:
            case nodes.Name(name=name):
                return name in known and not hasattr(known[name], "jinja_pass_arg")
            case nodes.Getattr(node=nodes.Name(name="ui")):
                return True
            case _:
                return False


class Pages(Environment):
    """The environment of the product's templates."""

    code_generator_class = _Writer
    escaped = staticmethod(escaped)


def environment(**options: Any) -> Environment:
    """Build the environment that Django's Jinja2 backend asks for."""
    env = Pages(
        **{
            **options,
            "autoescape": True,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
        }
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by jinja2.ext.i18n
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals |= {
        "_": translated,
        "url": url,
        "static": static if settings.DEBUG else cache(static),
        "glyph": glyph,
        "slot": slot,
        "slots_of": slots_of,
        "live_token": live_token,
        "now": clock.now,
        "span_words": span_words,
        "language": translation.get_language,
        "own_name": own_name,
        "direction": direction,
    }
    env.filters |= FILTERS
    env.globals["ui"] = env.get_template("core/components.html").module
    return env


@lru_cache(maxsize=10_000)
def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=1_000)
def glyph(name: str, words: str = "") -> Markup:
    """Draw a glyph; with words it speaks, without it is silent."""
    silent = Markup('aria-hidden="true"')
    speaks = Markup('role="img" aria-label="{}"').format(words) if words else silent
    title = Markup("<title>{}</title>").format(words) if words else ""
    place = f"{static('otklik/icons.svg')}#{name}"
    svg = Markup('<svg class="icon" {}>{}<use href="{}"></use></svg>')
    return svg.format(speaks, title, place)


@pass_context
def slot(context: Context, name: str) -> Markup:
    """Return what upper apps show here."""
    return slots.render(name, context["request"])


@pass_context
def slots_of(context: Context, name: str, keys: list[int]) -> dict[int, Markup]:
    """Return what upper apps show beside each of these."""
    return slots.render_each(name, context["request"], keys)


@pass_context
def live_token(context: Context, page: str) -> str:
    """Return what lets this page hear of its changes."""
    return live.page_token(context["request"], page)
