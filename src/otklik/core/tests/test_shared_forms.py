"""Forms that several people keep: what each field of such a form does when others were faster."""

import json
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from otklik.core.errors import Conflict, Invalid
from otklik.core.shared_forms import SharedForm, shown_field

pytestmark = pytest.mark.django_db

SHOWN = {"name": "Old", "kind": "a", "tags": ["x"], "on": True}


class Kept(SharedForm):
    shown = shown_field()
    name = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "First"), ("Group", [("b", "Second")])])
    tags = forms.MultipleChoiceField(choices=[("x", "Cross"), ("y", "Fork")], required=False)
    on = forms.BooleanField(required=False)


def typed(**more: Any) -> Kept:
    data = QueryDict(mutable=True)
    for name, value in {**SHOWN, "on": "on", "shown": json.dumps(SHOWN), **more}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return Kept(data)


def saved(form: Kept, **now: Any) -> dict[str, Any] | None:
    """Return what is written while `now` is how it differs by then; None when it was refused."""
    written: list[dict[str, Any]] = []
    form.does(lambda: written.append(dict(form.cleaned_data)), now=lambda: SHOWN | now)
    return written[0] if written else None


@pytest.mark.parametrize("name", SHOWN)
def test_what_others_changed_is_written_where_nothing_was_typed(name: str) -> None:
    other = {"name": "New", "kind": "b", "tags": ["y", "x"], "on": False}[name]
    written = saved(typed(), **{name: other})
    assert written is not None
    assert written[name] == (sorted(other) if isinstance(other, list) else other)


@pytest.mark.parametrize(
    ("name", "mine", "theirs", "told"),
    [
        ("name", "Mine", "Theirs", "now it is “Theirs”"),
        ("name", "Mine", "x" * 300, f"now it is “{'x' * 200}…”"),
        ("name", "Mine", "", "Somebody emptied this"),
        ("tags", [], ["y", "x"], "now it is “Cross, Fork”"),
    ],
)
def test_what_both_changed_is_told_as_the_page_says_it(
    name: str, mine: Any, theirs: Any, told: str
) -> None:
    form = typed(**{name: mine})
    assert saved(form, **{name: theirs}) is None
    assert told in form.errors[name][0]


def test_both_saying_the_same_is_no_quarrel() -> None:
    written = saved(typed(kind="b"), kind="b")
    assert written is not None
    assert written["kind"] == "b"


def test_what_the_page_cannot_offer_is_told_and_not_overwritten() -> None:
    form = typed(name="Mine")
    assert saved(form, kind="new") is None
    assert "now it is “new”" in form.errors["kind"][0]


def test_what_is_shown_again_is_what_stands_now() -> None:
    form = typed(name="Mine")
    assert saved(form, name="Theirs", on=False, kind="b", tags=[]) is None
    assert (form["name"].value(), form["kind"].value()) == ("Mine", "b")
    assert (form["on"].value(), form["tags"].value()) == (False, [])
    assert form.was_shown() == {"name": "Theirs", "kind": "b", "tags": [], "on": False}


def test_a_form_that_carries_nothing_writes_all_that_is_typed() -> None:
    written = saved(typed(shown="", name="Mine"), name="Theirs")
    assert written is not None
    assert written["name"] == "Mine"


def test_what_an_action_refuses_is_shown_at_its_field_or_above_all() -> None:
    def refuse(field: str) -> None:
        raise Conflict("Taken.", field=field)

    form = typed()
    assert not form.does(lambda: refuse("name"))
    assert form.errors["name"] == ["Taken."]
    form = typed()
    assert not form.does(lambda: refuse(""), now=lambda: SHOWN)
    assert form.non_field_errors() == ["Taken."]


def test_a_refusal_by_the_action_shows_what_was_taken_of_others() -> None:
    form = typed(name="Mine")

    def act() -> None:
        raise Invalid(fields={"name": "Not beside this kind."})

    assert not form.does(act, now=lambda: SHOWN | {"kind": "b"})
    assert (form["name"].value(), form["kind"].value()) == ("Mine", "b")
    assert form.errors["name"] == ["Not beside this kind."]
    assert json.loads(form["shown"].value())["kind"] == "b"
