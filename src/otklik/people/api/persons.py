"""Persons over the API: staff see all, customers themselves."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Status

from otklik.core.api import REFUSALS, ensure_scope, etag, members_named, version_from
from otklik.core.errors import Conflict, Stale
from otklik.people import actions
from otklik.people.actions import PersonFields
from otklik.people.api import schemas
from otklik.people.api.router import Cursor, Limit, Text, new_router
from otklik.people.models import Actor, Person, Role
from otklik.people.policies import actor_of, find_person, may_read_remarks
from otklik.people.selectors import PersonFilter, person_page

router = new_router()


@router.get("/people", response={200: schemas.PersonList, **REFUSALS}, summary="Find people")
def find_people(
    request: HttpRequest, q: str = Text, cursor: str = Cursor, limit: int = Limit
) -> Any:
    """Find people by any part of what they are known by; a customer finds themselves."""
    actor = _reader(request)
    if not actor.is_staff:
        return {"items": [_out(actor, find_person(actor, actor.person_id))], "next": None}
    page = person_page(actor=actor, wanted=PersonFilter(text=q), cursor=cursor, size=limit)
    return {"items": [_out(actor, person) for person in page.rows], "next": page.next or None}


@router.post("/people", response={201: schemas.PersonOut, **REFUSALS}, summary="Register a person")
def register_person(request: HttpRequest, response: HttpResponse, payload: schemas.PersonIn) -> Any:
    actor = _writer(request)
    values = payload.dict(exclude_unset=True)
    emails, phones = values.pop("emails", []), values.pop("phones", [])
    fields = cast("PersonFields", values)
    with members_named({"email": "emails", "phone": "phones"}):
        person = actions.register_person(actor=actor, fields=fields, emails=emails, phones=phones)
    response["Location"] = f"/api/v1/people/{person.pk}"
    return Status(201, _answer(actor, response, person.pk))


@router.get("/people/me", response={200: schemas.PersonOut, **REFUSALS}, summary="Read oneself")
def get_own_person(request: HttpRequest, response: HttpResponse) -> Any:
    actor = _reader(request)
    return _answer(actor, response, actor.person_id)


@router.get("/people/{person_id}", response={200: schemas.PersonOut, **REFUSALS})
def get_person(request: HttpRequest, response: HttpResponse, person_id: schemas.Key) -> Any:
    """Read one person."""
    return _answer(_reader(request), response, person_id)


@router.patch("/people/{person_id}", response={200: schemas.PersonOut, **REFUSALS})
def change_person(
    request: HttpRequest,
    response: HttpResponse,
    person_id: schemas.Key,
    payload: schemas.PersonFieldsIn,
) -> Any:
    """Change a profile; If-Match may name the version that the change was made from.

    To move someone with an account to another company needs the scope `all`.
    """
    actor = _writer(request)
    try:
        actions.change_person(
            actor=actor,
            person_id=person_id,
            changes=cast("PersonFields", payload.dict(exclude_unset=True)),
            version=version_from(request),
        )
    except Conflict as error:  # only of the version
        raise Stale(str(error)) from error
    return _answer(actor, response, person_id)


@router.post("/people/{person_id}/emails", response={201: schemas.EmailOut, **REFUSALS})
def add_email(request: HttpRequest, person_id: schemas.Key, payload: schemas.EmailIn) -> Any:
    """Add an address; adding it again gives the same one.

    Addresses of people with an account open it: those need an administrator and the scope `all`.
    """
    actor = _writer(request)
    with members_named({"email": "address"}):
        added = actions.add_email(actor=actor, person_id=person_id, address=payload.address)
    return Status(201, added)


@router.delete("/people/{person_id}/emails/{email_id}", response={204: None, **REFUSALS})
def remove_email(request: HttpRequest, person_id: schemas.Key, email_id: schemas.Key) -> Any:
    """Remove an address. As for adding, with an account it needs the scope `all`."""
    actions.remove_email(actor=_writer(request), person_id=person_id, email_id=email_id)
    return Status(204, None)


@router.put(
    "/people/{person_id}/emails/{email_id}/choice",
    response={204: None, **REFUSALS},
    summary="Choose the primary address",
)
def choose_email(request: HttpRequest, person_id: schemas.Key, email_id: schemas.Key) -> Any:
    """Make an address the primary one: mail goes there. With an account it needs `all`."""
    actions.choose_email(actor=_writer(request), person_id=person_id, email_id=email_id)
    return Status(204, None)


@router.post("/people/{person_id}/phones", response={201: schemas.PhoneOut, **REFUSALS})
def add_phone(request: HttpRequest, person_id: schemas.Key, payload: schemas.PhoneIn) -> Any:
    """Add a telephone in any notation; adding it again gives the same one."""
    actor = _writer(request)
    with members_named({"phone": "number"}):
        added = actions.add_phone(actor=actor, person_id=person_id, number=payload.number)
    return Status(201, added)


@router.delete("/people/{person_id}/phones/{phone_id}", response={204: None, **REFUSALS})
def remove_phone(request: HttpRequest, person_id: schemas.Key, phone_id: schemas.Key) -> Any:
    """Remove a telephone."""
    actions.remove_phone(actor=_writer(request), person_id=person_id, phone_id=phone_id)
    return Status(204, None)


@router.put(
    "/people/{person_id}/phones/{phone_id}/choice",
    response={204: None, **REFUSALS},
    summary="Choose the primary telephone",
)
def choose_phone(request: HttpRequest, person_id: schemas.Key, phone_id: schemas.Key) -> Any:
    """Make a telephone the primary one: people are called there."""
    actions.choose_phone(actor=_writer(request), person_id=person_id, phone_id=phone_id)
    return Status(204, None)


@router.put("/people/{person_id}/roles/{department_id}", response={204: None, **REFUSALS})
def set_role(
    request: HttpRequest,
    person_id: schemas.Key,
    department_id: schemas.Key,
    payload: schemas.RoleIn,
) -> Any:
    """Give a person a role in a department. For administrators, with the scope `all`."""
    actions.set_role(
        actor=_writer(request),
        person_id=person_id,
        department_id=department_id,
        role=Role(payload.role),
    )
    return Status(204, None)


@router.delete("/people/{person_id}/roles/{department_id}", response={204: None, **REFUSALS})
def remove_role(request: HttpRequest, person_id: schemas.Key, department_id: schemas.Key) -> Any:
    """Take a role away. For administrators, with the scope `all`."""
    actions.set_role(
        actor=_writer(request), person_id=person_id, department_id=department_id, role=None
    )
    return Status(204, None)


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    return actor


def _writer(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    return actor


def _answer(actor: Actor, response: HttpResponse, person_id: int) -> dict[str, Any]:
    person = find_person(actor, person_id)
    response["ETag"] = etag(person.version)
    return _out(actor, person)


def _out(actor: Actor, person: Person) -> dict[str, Any]:
    account = getattr(person, "account", None)
    return {
        **{name: getattr(person, name) for name in _PLAIN},
        "organization": person.organization,
        "emails": list(person.emails.all()),
        "phones": list(person.phones.all()),
        "roles": [
            {
                "department": {"id": one.department_id, "name": one.department.label},
                "role": one.role,
            }
            for one in person.memberships.all()
        ],
        "has_account": account is not None,
        "login": account.login if account and actor.is_staff else None,
        "remarks": person.remarks if may_read_remarks(actor, person) else None,
    }


_PLAIN = (
    "id",
    "name",
    "surname",
    "given_name",
    "patronymic",
    "position",
    "office",
    "time_zone",
    "language",
    "channel",
    "version",
    "created_at",
)
