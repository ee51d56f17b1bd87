"""Forms about what several people keep: each writes what they changed, and is told of the rest."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany
from otklik.core.fields import let_choose
from otklik.core.offered import place_of_words

SHOWN = "shown"
LONGEST_SAID = 200  # characters of a value that is told
MOST_KEPT = 100  # values of one field that are offered no more

Plain = str | bool | list[str]
Values = Mapping[str, Any]


def shown_field() -> forms.Field:
    """Return the field by which a form carries what it showed, unseen."""
    return forms.Field(required=False, widget=forms.HiddenInput({"id": False}))


class SharedForm(forms.Form):
    """A form whose refusals come from the action that it feeds.

    With a field `shown` it carries what it showed. What its reader left alone is then written as
    it stands by now, whoever changed it, and what both changed is refused with what it is now.
    `unchanged` names the fields that would be written as they stand.
    """

    PLACES: ClassVar[Mapping[str, str]] = {}  # where a complaint of an action belongs
    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = ()  # fields that make one value

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unchanged: frozenset[str] = frozenset()
        if SHOWN in self.fields:
            self.fields[SHOWN].initial = lambda: json.dumps(self._first())

    def offer(
        self,
        name: str,
        offered: Iterable[tuple[Any, Any]],
        said: Callable[[str], str] = lambda _key: "",
    ) -> None:
        """Let a field offer values, and what its reader saw chosen though it is offered no more.

        A browser would send another value for it. `said` returns its words, "" if there is none.
        """
        choices = [*offered]
        known = {key for key, _label in _flat(choices)}
        gone = [(key, said(key)) for key in self._saw(name) if key not in known]
        words = _("%(value)s (no longer offered)")
        kept = [(key, words % {"value": one}) for key, one in gone if one]
        let_choose(self, name, [*choices, *kept])

    def does(self, act: Callable[[], object], *, now: Callable[[], Values] | None = None) -> bool:
        """Call an action, and tell whether it took the values; what was refused is shown.

        `now` returns the form's values as they stand, held until the transaction ends.
        """
        if not self.is_valid():
            return False
        present: dict[str, Plain] = {}
        others: list[str] = []
        try:
            with transaction.atomic() if now else nullcontext():  # guesses are counted, not undone
                if now is not None:
                    present = self._plainly(now())
                    others = self._meet(present)
                if not self.errors:
                    act()
        except (Invalid, Conflict, NotAllowed, TooMany) as refusal:
            self.refuse(refusal)
        if self.errors and present:
            self._show_anew(present, others)
        return not self.errors

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal at the fields that it names, or above all of them."""
        said = refusal.fields if isinstance(refusal, Invalid) else {}
        if not said:
            field = str(refusal.extra.get("field", ""))
            said = {field: refusal.message or _("You may not do this.")}
        for name, why in said.items():
            place = place_of_words(self, self.place_of(name))
            self.add_error(place if place in self.fields else None, why)

    def place_of(self, name: str) -> str:
        """Return the field at which a complaint of the action belongs."""
        return self.PLACES.get(name, name.replace(".", "_"))

    def was_shown(self) -> dict[str, Any]:
        """Return what the reader saw of each field, as the page carried it; of an odd page, {}."""
        try:
            shown = json.loads(self.data.get(SHOWN) or "{}")
        except (ValueError, RecursionError):
            return {}
        return shown if isinstance(shown, dict) else {}

    def _saw(self, name: str) -> list[str]:
        """Return the keys that a field showed as chosen."""
        first = self.get_initial_for_field(self.fields[name], name)
        seen = self.was_shown().get(name) if self.is_bound else first
        keys = seen if isinstance(seen, list | tuple) else [seen]
        return [str(key) for key in keys[:MOST_KEPT] if isinstance(key, str | int) and key != ""]

    def _plainly(self, now: Values) -> dict[str, Plain]:
        return {name: _plain(self.fields[name], now.get(name)) for name in self._names()}

    def _meet(self, present: dict[str, Plain]) -> list[str]:
        """Take what others changed meanwhile, where the reader changed nothing; tell the rest.

        Returns the fields that were taken.
        """
        was = present | self.was_shown()
        others: list[str] = []
        for names in self._members():
            typed = self._typed(names)
            stands = [present[name] for name in names]
            if stands in ([was[name] for name in names], typed):
                continue
            if typed != [was[name] for name in names]:
                self._tell(names, present)
            elif self._takes(names, present):
                others += names
        named = self._names()
        typed = self._typed(named)
        self.unchanged = frozenset(
            name for name, value in zip(named, typed, strict=True) if value == present[name]
        )
        return others

    def _typed(self, names: Iterable[str]) -> list[Plain]:
        return [_plain(self.fields[name], self.cleaned_data.get(name)) for name in names]

    def _names(self) -> list[str]:
        return [name for name in self.fields if name != SHOWN]

    def _members(self) -> list[tuple[str, ...]]:
        joined = {name for names in self.TOGETHER for name in names}
        return [*self.TOGETHER, *((name,) for name in self._names() if name not in joined)]

    def _takes(self, names: tuple[str, ...], present: Mapping[str, Plain]) -> bool:
        try:
            taken = {name: self.fields[name].clean(present[name]) for name in names}
        except ValidationError:  # it names what this page cannot offer yet
            self._tell(names, present)
            return False
        self.cleaned_data |= taken
        return True

    def _tell(self, names: tuple[str, ...], present: Mapping[str, Plain]) -> None:
        said = " ".join(filter(None, (_said(self.fields[name], present[name]) for name in names)))
        why = _("Somebody changed this meanwhile: now it is “%(value)s”. Save again to have yours.")
        if not said:
            why = _("Somebody emptied this meanwhile. Save again to have yours.")
        self.add_error(place_of_words(self, names[0]), why % {"value": said})

    def _show_anew(self, present: Mapping[str, Plain], others: list[str]) -> None:
        """Let the page carry what is told now: what is saved next is meant to replace it."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name in others:
            value = present[name]
            said = [value] if isinstance(value, str) else ["on"] if value is True else value or []
            data.setlist(name, said)
        data[SHOWN] = json.dumps(present)
        self.data = data

    def _first(self) -> dict[str, Plain]:
        return {
            name: _plain(self.fields[name], self.get_initial_for_field(self.fields[name], name))
            for name in self._names()
        }


def _plain(field: forms.Field, value: Any) -> Plain:
    """Return a value as a browser and JSON hold it alike."""
    if isinstance(field, forms.BooleanField):
        return bool(value)
    if isinstance(field, forms.MultipleChoiceField):
        return sorted(map(str, value or ()))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _said(field: forms.Field, value: Plain) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(field.choices))
        keys = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(key, key) for key in keys)
    return str(value) if len(str(value)) <= LONGEST_SAID else f"{str(value)[:LONGEST_SAID]}…"


def _flat(choices: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(str(key), str(label))]
    return found
