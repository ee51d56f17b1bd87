"""What has happened to people, their rights and their keys."""

from dataclasses import dataclass

from otklik.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DeskSetUp(Event):
    """The first page was filled in: there is a desk now."""

    administrator_id: int  # of their account
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeskChanged(Event):
    """Its name, languages or limits are different now."""


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(Event):
    """Its name, standing or sharing is different now."""

    organization_id: int


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(Event):
    """It was added, renamed, moved, closed, opened again or removed."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class AccountOpened(Event):
    account_id: int


@dataclass(frozen=True, kw_only=True)
class RightsChanged(Event):
    """What a person may see or do is different from now on."""

    person_id: int
    account_id: int | None  # None: they cannot sign in


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """Some or all browsers of an account are signed out."""

    account_id: int
    session: str | None = None  # `live.session_hash` of the only one; None: some or all


@dataclass(frozen=True, kw_only=True)
class PasswordLinkAsked(Event):
    """Someone wants a link to set a password; whether `name` is known is not yet looked at."""

    name: str  # login or address, as typed
