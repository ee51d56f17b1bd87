"""A flow as an administrator reads it: a matrix, sentences, and a drawing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.tickets.models import Field, Flow, Status, TicketType, Transition

Who = Transition.Who


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Where two stages cross: the step between them, if there is one."""

    source: Status
    target: Status
    way: Transition | None
    words: str  # the step in a sentence


@dataclass(frozen=True, kw_only=True)
class Node:
    """A stage in the drawing."""

    status: Status
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class Arc:
    """A step in the drawing: a path, and the tip of its arrow."""

    way: Transition
    phase: str
    path: str
    tip: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A flow drawn as stages in a row: steps forward go above, steps back below."""

    width: int
    height: int
    nodes: list[Node]
    arcs: list[Arc]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A stage needs an answer that the forms of some types do not ask."""

    status: Status
    field: Field
    types: str


@dataclass(frozen=True, kw_only=True)
class FlowMap:
    """All of a flow."""

    flow: Flow
    statuses: list[Status]
    rows: list[tuple[Status, list[Cell]]]
    drawing: Drawing
    types: list[TicketType]
    gaps: list[Gap]


def flow_map(flow: Flow) -> FlowMap:
    """Read a flow: five queries, however large it is."""
    statuses = list(flow.statuses.prefetch_related("required_fields"))
    by_key = {status.pk: status for status in statuses}
    ways = {
        (way.source_id, way.target_id): way for way in Transition.objects.filter(source__flow=flow)
    }
    for way in ways.values():
        way.source, way.target = by_key[way.source_id], by_key[way.target_id]
    types = list(flow.types.prefetch_related("fields"))
    return FlowMap(
        flow=flow,
        statuses=statuses,
        rows=[
            (source, [_cell(source, target, ways) for target in statuses]) for source in statuses
        ],
        drawing=draw(statuses, ways.values()),
        types=types,
        gaps=list(_gaps(statuses, types)),
    )


def _gaps(statuses: list[Status], types: list[TicketType]) -> Iterable[Gap]:
    for status in statuses:
        for field in status.required_fields.all():
            silent = [kind.label for kind in types if field not in kind.fields.all()]
            if silent:
                yield Gap(status=status, field=field, types=", ".join(silent))


def _cell(source: Status, target: Status, ways: dict[tuple[int, int], Transition]) -> Cell:
    way = ways.get((source.pk, target.pk))
    return Cell(source=source, target=target, way=way, words=sentence(way) if way else "")


def sentence(way: Transition) -> str:
    """Say a step in words: who may make it, and what it demands."""
    told = _("%(who)s may move it from “%(source)s” to “%(target)s”.") % {
        "who": who_may(way.allowed),
        "source": way.source.label,
        "target": way.target.label,
    }
    if needed := demands(way):
        told += " " + _("Needed: %(demands)s.") % {"demands": ", ".join(needed)}
    return told


def who_may(allowed: Iterable[str]) -> str:
    """Say who may make a step, administrators aside."""
    roles = set(allowed)
    staff = ""
    if Who.AGENT in roles:
        staff = _("Agents")
    elif Who.COORDINATOR in roles:
        staff = _("Coordinators and supervisors")
    elif Who.SUPERVISOR in roles:
        staff = _("Supervisors")
    if Who.CUSTOMER not in roles:
        return staff
    return _("%(staff)s and the customer") % {"staff": staff} if staff else _("The customer")


def demands(way: Transition) -> list[str]:
    """Say what a step demands, the fields of its target too."""
    found = []
    if way.demands_message:
        found.append(_("a reply to the customer"))
    if way.demands_note:
        found.append(_("a note for colleagues"))
    if way.demands_assignee:
        found.append(_("somebody who works on it"))
    fields = way.target.required_fields.all()
    return [*found, *(_("an answer to “%s”") % field.label for field in fields)]


STEP, NODE, RISE, EDGE = 136, 64, 22, 14  # pixels: between stages, half a box, of an arc, around


def draw(statuses: list[Status], ways: Iterable[Transition]) -> Drawing:
    """Place the stages in a row and the steps as arcs over and under it."""
    places = {status.pk: index for index, status in enumerate(statuses)}
    spans = [(way, places[way.source_id], places[way.target_id]) for way in ways]
    above = max((target - source for _way, source, target in spans), default=1)
    below = max((source - target for _way, source, target in spans), default=1)
    middle = EDGE + EDGE + max(above, 1) * RISE * 3 // 4  # a curve reaches so far to its points
    return Drawing(
        width=len(statuses) * STEP,
        height=middle + EDGE + EDGE + max(below, 1) * RISE * 3 // 4,
        nodes=[
            Node(status=status, x=index * STEP + STEP // 2, y=middle)
            for index, status in enumerate(statuses)
        ],
        arcs=[_arc(way, source, target, middle) for way, source, target in spans],
    )


def _arc(way: Transition, source: int, target: int, middle: int) -> Arc:
    side = -1 if target > source else 1  # forward above, back below
    far = abs(target - source)
    begin, end = (index * STEP + STEP // 2 for index in (source, target))
    # ends of many arcs on one box stand apart, longer arcs nearer its middle
    lean = (NODE - 8) // max(far, 1) * (1 if target > source else -1)
    begin, end = begin + lean, end - lean
    y = middle + side * EDGE
    peak = y + side * far * RISE
    path = f"M{begin} {y}C{begin} {peak} {end} {peak} {end} {y + side * 5}"
    tip = f"{end - 4},{y + side * 7} {end + 4},{y + side * 7} {end},{y}"
    return Arc(way=way, phase=way.target.phase, path=path, tip=tip, words=sentence(way))
