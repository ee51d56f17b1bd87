"""What the panel of filters makes of a query."""

from collections.abc import Iterable

from django.http import QueryDict

from otklik.tickets.selectors.controls import Control, Shape
from otklik.tickets.selectors.query import vocabulary, with_values
from otklik.tickets.selectors.query.terms import Value
from otklik.tickets.selectors.spells import Spell, spell_values


def filtered_query(q: str, controls: Iterable[Control], data: QueryDict) -> str:
    """Return the query with the conditions whose controls were changed; the rest stays as typed."""
    for control in controls:
        values = _changed(control, data)
        if values is not None:
            q = with_values(q, control.place, *values)
    return q


def _changed(control: Control, data: QueryDict) -> list[Value] | None:
    """Return what a control was changed to; None when it says what the query says already."""
    given = [one.strip() for one in data.getlist(control.name) if one.strip()]
    match control.shape:
        case Shape.TICKS | Shape.SELECT:
            before = [one.value for one in control.choices if one.is_chosen and one.value]
            return None if given == before else [Value(one) for one in given]
        case Shape.TIME:
            days = [data.get(f"{control.name}-{end}", "").strip() for end in ("first", "last")]
            return spell_values(control.spell, Spell("".join(given[:1]), *days))
        case Shape.PERSON | Shape.TEXT | Shape.COMPANY:
            return None if ", ".join(given) == control.typed else _typed(control, given)


def _typed(control: Control, given: list[str]) -> list[Value]:
    if control.shape is Shape.COMPANY:  # a company's name may have a comma
        return [Value(one) for one in given]
    parts = [part.strip() for one in given for part in one.split(",")]
    read = vocabulary.person_of if control.shape is Shape.PERSON else str
    return [Value(read(part)) for part in parts if part]
