"""What a desk has before it is filled: departments, statuses, types and colleagues by key."""

from dataclasses import dataclass

from otklik.people.models import Account, Department, Person, Role
from otklik.shell.demo.filling.copying import jsonb
from otklik.shell.demo.letters import Speaker
from otklik.tickets.models import Category, Phase, Priority, Status, TicketType


@dataclass(frozen=True, slots=True)
class Place:
    """A department, and how history names it."""

    pk: int
    prefix: str
    named: str
    colleagues: dict[str, tuple["Colleague", ...]]  # by language; "" for all
    heads: tuple["Colleague", ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who answers."""

    pk: int
    speaker: Speaker
    named: str  # as history keeps them


@dataclass(frozen=True, slots=True)
class Stage:
    """A status of the flow."""

    pk: int
    named: str


@dataclass(frozen=True, slots=True)
class Level:
    """A priority with its promises in seconds."""

    pk: int
    named: str
    reply_within: int
    solve_within: int


@dataclass(frozen=True, slots=True)
class Ground:
    """All that the rows of tickets point to."""

    places: dict[str, Place]
    stages: dict[str, Stage]  # by phase
    types: dict[str, int]
    categories: dict[str, int]
    levels: dict[int, Level]


def survey() -> Ground:
    """Read the desk."""
    types = {kind.key: kind for kind in TicketType.objects.all()}
    flow = next(iter(types.values())).flow_id
    stages = {
        status.phase: Stage(status.pk, _named(status.pk, status.names))
        for status in Status.objects.filter(flow=flow).order_by("-position")
    }
    if missing := set(Phase.values) - set(stages):
        raise LookupError(f"The flow has no status for {', '.join(sorted(missing))}.")
    return Ground(
        places={place.prefix: _place(place) for place in Department.objects.all()},
        stages=stages,
        types={key: kind.pk for key, kind in types.items()},
        categories=dict(Category.objects.values_list("key", "pk")),
        levels={
            level.level: Level(
                level.level,
                _named(level.level, level.names),
                int(level.reply_within.total_seconds()),
                int(level.solve_within.total_seconds()),
            )
            for level in Priority.objects.all()
        },
    )


def _place(department: Department) -> Place:
    working = Account.objects.filter(is_active=True).values("person")
    members = department.memberships.filter(person__in=working).select_related("person")
    by_language: dict[str, list[Colleague]] = {"": []}
    heads = []
    for membership in members.order_by("pk"):
        colleague = _colleague(membership.person)
        if membership.role == Role.AGENT:
            by_language.setdefault(membership.person.language, []).append(colleague)
            by_language[""].append(colleague)
        else:
            heads.append(colleague)
    everyone = by_language[""] or heads
    return Place(
        pk=department.pk,
        prefix=department.prefix,
        named=_named(department.pk, department.names),
        colleagues={language: tuple(some) for language, some in by_language.items()}
        | {"": tuple(everyone)},
        heads=tuple(heads) or tuple(everyone),
    )


def _colleague(person: Person) -> Colleague:
    woman = person.given_name.endswith(("а", "я", "a"))
    speaker = Speaker(person.given_name, person.name, 1 if woman else 0)
    return Colleague(person.pk, speaker, jsonb({"id": person.pk, "name": person.name}))


def _named(pk: int, names: dict[str, str]) -> str:
    return jsonb({"id": pk, "names": names})
