"""What a write is sent to, and with what, so that it is taken."""

import json

from tests.api.writes import Write
from tests.architecture.world import World

from otklik.people.tests.factories import make_person
from otklik.tickets.models import Status
from otklik.tickets.tests.factories import make_ticket


class Filling:
    """The names and keys of one world, in addresses and bodies."""

    def __init__(self, world: World) -> None:
        self._world = world
        department = world.cast.it
        other = make_ticket(department=department, requester=world.cast.cy)
        flow = Status.objects.get(pk=world.places["status_id"]).flow_id
        self._known = {
            "number": other.number,
            "flow": flow,
            "type": world.places["type_id"],
            "department": department.pk,
            "POST /people/{person_id}/account": make_person().pk,
        }

    def address(self, write: Write) -> str:
        names = [part[1:-1] for part in write.path.split("/") if part.startswith("{")]
        filled = self._world.fill(write.path, names)
        if write.label in self._known:
            filled["person_id"] = self._known[write.label]
        if "target_id" in filled:
            filled["target_id"] = self._world.places["ticket_status.status_id"]
        return write.path.format(**filled)

    def body(self, body: object) -> bytes:
        """Return a body in which the world's own keys stand for OTHER."""
        if isinstance(body, dict):
            unknown = [name for name, value in body.items() if value == "OTHER"]
            own = {name: self._known[name] for name in unknown if name in self._known}
            body = {**body, **own}
        return json.dumps(body).encode()
