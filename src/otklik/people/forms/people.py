"""People, as the administrator keeps them."""

import re
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.core.errors import Invalid
from otklik.core.offered import offered_choices, spoken_to
from otklik.core.shared_forms import SHOWN, shown_field
from otklik.people.actions import PersonFields
from otklik.people.forms.base import Form, ZoneField
from otklik.people.forms.signing_in import password_field
from otklik.people.models import Organization, Person, Role

Roles = dict[int, Role | None]  # by department
NO_ORGANIZATION = _("There is no organization of this name yet.")


class PersonForm(Form):
    shown = shown_field()
    surname = forms.CharField(label=_("Surname"), required=False)
    given_name = forms.CharField(label=_("Given name"), required=False)
    patronymic = forms.CharField(label=_("Patronymic"), required=False)
    organization = forms.CharField(
        label=_("Organization"),
        required=False,
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "off"}),
        help_text=_("Begin to type a name; leave it empty for nobody's."),
    )
    position = forms.CharField(label=_("Position"), required=False)
    office = forms.CharField(label=_("Office"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=offered_choices)
    time_zone = ZoneField()
    channel = forms.ChoiceField(label=_("Preferred channel"), choices=Person.Channel.choices)
    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only colleagues read them."),
    )

    def __init__(self, *args: Any, has_remarks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_remarks:
            del self.fields["remarks"]

    def clean_organization(self) -> str:
        name: str = self.cleaned_data["organization"]
        found = _named(name) if name else None
        if name and found is None:
            raise forms.ValidationError(NO_ORGANIZATION)
        return found.name if found else ""

    def changes(self) -> PersonFields:
        """Return what is to be written: all but what stands so already. Raises Invalid."""
        changed = [name for name in self.cleaned_data if name not in (SHOWN, *self.unchanged)]
        values = {name: self.cleaned_data[name] for name in changed}
        if "organization" in values:
            name = values.pop("organization")
            found = _named(name) if name else None
            if name and found is None:
                raise Invalid(fields={"organization": str(NO_ORGANIZATION)})
            values["organization_id"] = found.pk if found else None
        own = {name: values[name] for name in PersonFields.__annotations__ if name in values}
        return cast("PersonFields", own)


def _named(name: str) -> Organization | None:
    return Organization.objects.filter(name__iexact=name).first()


def profile_of(person: Person) -> dict[str, str]:
    """Return what the form shows of a person as they are."""
    fields = [name for name in PersonForm.base_fields if name not in ("organization", SHOWN)]
    organization = person.organization.name if person.organization else ""
    values = {name: getattr(person, name) for name in fields}
    return values | {"organization": organization, "language": spoken_to(person.language)}


class NewPersonForm(PersonForm):
    email = forms.CharField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False)
    field_order = ["surname", "given_name", "patronymic", "email", "phone"]


class EmailForm(Form):
    email = forms.CharField(label=_("E-mail"))


class PhoneForm(Form):
    phone = forms.CharField(label=_("Telephone"))


class AccountForm(Form):
    login = forms.CharField(label=_("Login"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    password = password_field(_("First password"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = _(
            "Left empty, a link to set one goes to the person's e-mail."
        )


class LoginForm(Form):
    login = forms.CharField(label=_("Login"), widget=forms.TextInput(attrs={"autocomplete": "off"}))


def roles_from(post: QueryDict) -> tuple[Roles, Roles]:
    """Read the grid of roles: those that its reader changed, and all that it showed.

    `role-7` is the role in department 7 and `was-7` what it was; what is no role is none.
    """
    typed, seen = _cells(post, "role"), _cells(post, "was")
    return {pk: role for pk, role in typed.items() if pk not in seen or seen[pk] != role}, seen


def _cells(post: QueryDict, sign: str) -> Roles:
    cell = re.compile(rf"{sign}-([0-9]{{1,18}})")
    said = {int(found[1]): post[name] for name in post if (found := cell.fullmatch(name))}
    return {pk: Role(role) if role in Role.values else None for pk, role in said.items()}
