"""What the API takes and gives for people."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from otklik.core.api import Keepable, Language, Strict
from otklik.people.actions.checks import LONGEST_TEXT
from otklik.people.actions.departments import LONGEST_NAME
from otklik.people.actions.organizations import LONGEST_COMPANY_NAME, LONGEST_PRODUCTS
from otklik.people.actions.persons import LINES
from otklik.people.models.contact import LONGEST_ADDRESS, LONGEST_DOMAIN, LONGEST_PHONE

Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Zone = Annotated[str, Field(max_length=64, description="IANA name")]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Address = Annotated[str, Field(max_length=LONGEST_ADDRESS)]
Phone = Annotated[str, Field(max_length=LONGEST_PHONE)]
Name = Annotated[str, Field(max_length=LINES["surname"])]
Place = Annotated[str, Field(max_length=LINES["position"])]
Prefix = Annotated[str, Field(max_length=6)]
CompanyName = Annotated[str, Field(max_length=LONGEST_COMPANY_NAME)]
Products = Annotated[str, Field(max_length=LONGEST_PRODUCTS)]
Domain = Annotated[str, Field(max_length=LONGEST_DOMAIN)]
DepartmentName = Annotated[str, Field(max_length=LONGEST_NAME)]
DepartmentNames = Annotated[
    dict[Language, Annotated[DepartmentName, Keepable]],
    Field(description="In the languages of the desk, in one at least"),
]
Channel = Literal["web", "email", "phone", "chat"]
Standing = Literal["prospect", "customer", "key", "former"]
RoleName = Literal["agent", "coordinator", "supervisor"]


class Ref(Schema):
    """Something, shortly."""

    id: int
    name: str


class EmailOut(Schema):
    id: int
    address: str
    is_primary: bool


class PhoneOut(Schema):
    id: int
    number: str
    is_primary: bool


class RoleOut(Schema):
    """A role in a department."""

    department: Ref
    role: str


class MeOut(Schema):
    """Who asks, and what the token may do."""

    person: Ref
    is_administrator: bool
    is_staff: bool
    roles: list[RoleOut]
    language: str
    time_zone: str
    scopes: list[str]


class PersonOut(Schema):
    """A person. `login` is given to staff only; so are `remarks`, but of others than oneself."""

    id: int
    name: str
    surname: str
    given_name: str
    patronymic: str
    organization: Ref | None
    position: str
    office: str
    time_zone: str
    language: str
    channel: str
    emails: list[EmailOut]
    phones: list[PhoneOut]
    roles: list[RoleOut]
    has_account: bool
    login: str | None
    remarks: str | None
    version: int
    created_at: datetime


class PersonList(Schema):
    items: list[PersonOut]
    next: str | None


OF_THE_DESK: Any = Field(default_factory=str, description="of a new person the desk's, if left out")


class PersonFieldsIn(Strict):
    """A profile; what is left out stays."""

    surname: Name = ""
    given_name: Name = ""
    patronymic: Name = ""
    organization_id: Key | None = None
    position: Place = ""
    office: Place = ""
    time_zone: Zone = OF_THE_DESK
    language: Language = OF_THE_DESK
    channel: Channel = "web"
    remarks: Text = ""


class PersonIn(PersonFieldsIn):
    """A person to register; a surname or a given name is needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"given_name": "Maria", "surname": "Todorova", "emails": ["maria@balkan.example"]}
            ]
        }
    )

    emails: Annotated[list[Address], Field(max_length=20)] = []
    phones: Annotated[list[Phone], Field(max_length=20)] = []


class EmailIn(Strict):
    address: Address


class PhoneIn(Strict):
    number: Phone


class RoleIn(Strict):
    role: RoleName


class OrganizationOut(Schema):
    """A company. `remarks` are given to staff only."""

    id: int
    name: str
    standing: str
    products: str
    remarks: str | None
    shares_tickets: bool
    domains: list[str]
    created_at: datetime


class OrganizationList(Schema):
    items: list[OrganizationOut]
    next: str | None


class OrganizationFieldsIn(Strict):
    """What is known of a company; what is left out stays."""

    name: CompanyName = ""
    standing: Standing = "customer"
    products: Products = ""
    remarks: Text = ""
    shares_tickets: bool = False
    domains: Annotated[list[Domain], Field(max_length=50)] = []


class OrganizationIn(OrganizationFieldsIn):
    name: CompanyName


class PlaceIn(Strict):
    """A place in an order: 0 is the first; beyond the last is the last."""

    index: Annotated[int, Field(ge=0, le=32_767)]


class DepartmentOut(Schema):
    """A department; `label` is its name in the caller's language."""

    id: int
    label: str
    names: dict[str, str]
    prefix: str
    parent: Key | None
    language: str
    is_active: bool
    is_public: bool


class DepartmentFieldsIn(Strict):
    """A department; what is left out stays."""

    names: DepartmentNames = {}
    prefix: Prefix = ""
    parent_id: Key | None = None
    language: Language = "en"
    is_public: bool = True


class DepartmentIn(DepartmentFieldsIn):
    names: DepartmentNames
    prefix: Prefix


class DepartmentPatch(DepartmentFieldsIn):
    is_active: bool = True
