"""The tree of sections, arranged by heads and the administrator."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid
from otklik.core.text import clean_line
from otklik.core.wording import Names, first_word
from otklik.knowledge.models import Section
from otklik.knowledge.policies import ensure_may_set_up, find_section
from otklik.people.models import Actor

DEEPEST: Final = 4
LONGEST_NAME: Final = 80
LONGEST_HINT: Final = 200


@transaction.atomic
def add_section(
    *,
    actor: Actor,
    names: Mapping[str, str],
    hints: Mapping[str, str] | None = None,
    parent_id: int | None = None,
) -> Section:
    """Add a section at the end of a branch. Raises NotAllowed, Invalid."""
    ensure_may_set_up(actor)
    sections = _held()
    section = Section(names=_names(names), hints=_hints(hints or {}))
    _ensure_fits(section, parent_id, sections)
    section.parent_id = parent_id
    section.position = len(_below(sections, parent_id))
    section.save()
    return section


@transaction.atomic
def change_section(
    *,
    actor: Actor,
    section_id: int,
    names: Mapping[str, str],
    hints: Mapping[str, str] | None = None,
) -> Section:
    """Say otherwise what a section is called. Raises NotAllowed, NotFound, Invalid."""
    ensure_may_set_up(actor)
    section = find_section(section_id)
    section.names, section.hints = _names(names), _hints(hints or {})
    section.save(update_fields=["names", "hints"])
    return section


@transaction.atomic
def place_section(*, actor: Actor, section_id: int, parent_id: int | None, index: int) -> Section:
    """Put a section anywhere in the tree.

    Raises NotAllowed, NotFound, Invalid for a ring or a tree that gets too deep.
    """
    ensure_may_set_up(actor)
    sections = _held()
    section = find_section(section_id)
    _ensure_fits(section, parent_id, sections)
    beside = [one for one in _below(sections, parent_id) if one.pk != section.pk]
    beside.insert(max(0, min(index, len(beside))), section)
    section.parent_id = parent_id
    for position, one in enumerate(beside):
        Section.objects.filter(pk=one.pk).update(position=position, parent=parent_id)
    return section


@transaction.atomic
def delete_section(*, actor: Actor, section_id: int) -> None:
    """Delete a section in which nothing stands. Deleting twice does nothing.

    Raises NotAllowed, Conflict.
    """
    ensure_may_set_up(actor)
    section = _held().get(section_id)
    if section is None:
        return
    if section.children.exists():
        raise Conflict(_("Other sections stand under this one. Move them first."))
    if section.articles.exists():
        raise Conflict(_("Articles stand in this section. Move them first, archived ones too."))
    section.delete()


def _held() -> dict[int, Section]:
    """Return every section, held: a tree is sound or not only as a whole."""
    return {one.pk: one for one in Section.objects.select_for_update().order_by("position", "pk")}


def _below(sections: Mapping[int, Section], parent_id: int | None) -> list[Section]:
    return [one for one in sections.values() if one.parent_id == parent_id]


def _ensure_fits(section: Section, parent_id: int | None, sections: Mapping[int, Section]) -> None:
    if parent_id is None:
        above: list[int] = []
    elif parent_id not in sections:
        raise Invalid(fields={"parent": _("There is no such section.")})
    else:
        above = _above(parent_id, sections)
    if section.pk in above:
        raise Invalid(fields={"parent": _("A section cannot stand under itself.")})
    if len(above) + _height(section.pk, sections) > DEEPEST:
        words = _("The tree can have at most %(most)d levels.") % {"most": DEEPEST}
        raise Invalid(fields={"parent": words})


def _above(section_id: int, sections: Mapping[int, Section]) -> list[int]:
    found = [section_id]
    while (upper := sections[found[-1]].parent_id) is not None and upper not in found:
        found.append(upper)
    return found


def _height(section_id: int | None, sections: Mapping[int, Section]) -> int:
    below = [] if section_id is None else _below(sections, section_id)
    return 1 + max((_height(one.pk, sections) for one in below), default=0)


def _names(given: Mapping[str, str]) -> Names:
    names = _lines(given, "names", LONGEST_NAME)
    if not first_word(names):
        raise Invalid(fields={"names": _("Give it a name in one language at least.")})
    return names


def _hints(given: Mapping[str, str]) -> Names:
    return _lines(given, "hints", LONGEST_HINT)


def _lines(given: Mapping[str, str], field: str, most: int) -> Names:
    lines = {code: clean_line(text).strip() for code, text in given.items()}
    if any(len(line) > most for line in lines.values()):
        words = _("At most %(limit)d characters fit here.") % {"limit": most}
        raise Invalid(fields={field: words})
    return {code: line for code, line in lines.items() if line}
