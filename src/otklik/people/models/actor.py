from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from otklik.people.models.department import Role

LEADING = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is asking: a signed-in person with their rights, as loaded for one request or job."""

    account_id: int
    person_id: int
    name: str
    is_administrator: bool = False
    roles: Mapping[int, Role] = field(default_factory=lambda: MappingProxyType({}))
    organization_id: int | None = None  # whose tickets they may share, if it allows that
    shares_organization: bool = False
    scopes: frozenset[str] = frozenset({"all"})  # narrower only for a token
    until: datetime | None = None  # when the token ends that speaks, if it does
    language: str = "en"
    time_zone: str = "UTC"
    signature: str = ""  # clean HTML, put under public replies
    undo_seconds: int = 0  # how long a page holds back a reply

    @property
    def is_staff(self) -> bool:
        """Works at the desk: any role anywhere, or the administrator."""
        return self.is_administrator or bool(self.roles)

    @property
    def shared_organization_id(self) -> int | None:
        """The company all of whose tickets the actor sees as a customer."""
        return self.organization_id if self.shares_organization else None

    @property
    def led_departments(self) -> list[int]:
        """Departments all of whose tickets the actor sees."""
        return [pk for pk, role in self.roles.items() if role in LEADING]

    def leads(self, department_id: int) -> bool:
        return self.is_administrator or self.roles.get(department_id) in LEADING
