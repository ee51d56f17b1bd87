"""Mailboxes, as the administrator sets them up."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.fields import let_choose
from otklik.core.offered import offered_choices
from otklik.core.shared_forms import shown_field
from otklik.core.spoken import language_name
from otklik.mail.actions.setting_up.mailboxes import MailboxFields
from otklik.mail.models import Mailbox
from otklik.people.forms.base import Form
from otklik.people.selectors import DepartmentRow

SECRETS = ("secret", "client_secret")


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    """Return a field that is never filled with what is kept."""
    widget = forms.PasswordInput({"autocomplete": "new-password"}, render_value=False)
    return forms.CharField(
        label=label, help_text=help_text, required=False, strip=False, widget=widget
    )


class MailboxForm(Form):
    shown = shown_field()
    name = forms.CharField(label=_("Name"))
    addresses = forms.CharField(
        label=_("Addresses"),
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One a line. Answers go out from the first."),
    )
    department_id = forms.TypedChoiceField(label=_("Department"), coerce=int)
    language = forms.ChoiceField(label=_("Language"))
    kind = forms.ChoiceField(label=_("Letters are had by"), choices=Mailbox.Kind.choices)
    host = forms.CharField(label=_("Server"), required=False)
    security = forms.ChoiceField(
        label=_("Encryption"), choices=Mailbox.Security.choices, initial="tls"
    )
    port = forms.IntegerField(
        label=_("Port"), required=False, help_text=_("Empty: the usual one for this encryption.")
    )
    login = forms.CharField(label=_("Name of the account"), required=False)
    way = forms.ChoiceField(label=_("Way of signing in"), choices=Mailbox.Way.choices)
    secret = _secret(
        _("Password, or refresh token"), _("Never shown again. Empty: the one kept here stays.")
    )
    token_url = forms.CharField(
        label=_("Address for tokens"),
        required=False,
        help_text=_("For OAuth2 only, as its provider names it."),
    )
    client_id = forms.CharField(label=_("Client id"), required=False)
    client_secret = _secret(_("Client secret"))
    scope = forms.CharField(label=_("Scope"), required=False)
    folder = forms.CharField(label=_("Folder"), required=False, initial="INBOX")
    taken = forms.ChoiceField(
        label=_("Once a letter is kept here"), choices=Mailbox.Taken.choices, initial="left"
    )
    target = forms.CharField(label=_("Folder to move letters to"), required=False)
    takes_old = forms.BooleanField(
        label=_("Take letters that lie there already"), required=False, initial=False
    )
    follow_up = forms.ChoiceField(
        label=_("A letter about a closed ticket"), choices=Mailbox.FollowUp.choices
    )
    forwarded = forms.ChoiceField(
        label=_("Letters that are passed on"),
        choices=Mailbox.Forwarded.choices,
        initial="offered",
        help_text=_(
            "Taken apart, the request is of whoever wrote the letter, and the words above it "
            "become an internal note."
        ),
    )
    authserv_id = forms.CharField(
        label=_("Name in Authentication-Results"),
        required=False,
        help_text=_("What your receiving server calls itself there. Empty: none is believed."),
    )
    spam_filter = forms.ChoiceField(
        label=_("The learning spam filter"),
        choices=Mailbox.SpamFilter.choices,
        initial="hold",
        help_text=_(
            "It learns from what you call spam, and what not. Before it has learned 50 letters "
            "of each, it only shows its score."
        ),
    )
    spam_threshold = forms.IntegerField(
        label=_("Spam score from which on a letter waits in quarantine"),
        initial=95,
        help_text=_("From 51 to 100. Letters are never dropped by it."),
    )
    silent_minutes = forms.IntegerField(
        label=_("Alarm after so many minutes without contact"), initial=60
    )

    def __init__(self, tree: Sequence[DepartmentRow], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("language", offered_choices(), language_name)
        named = ((row.department.pk, "— " * row.depth + row.department.label) for row in tree)
        let_choose(self, "department_id", named)
        for name in SECRETS:  # what others typed is not told
            self.fields[name].widget.attrs["value"] = ""

    def changes(self) -> MailboxFields:
        values: dict[str, Any] = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"shown", *self.unchanged} or name in SECRETS
        }
        if "addresses" in values:
            values["addresses"] = re.split(r"[\s,;]+", values["addresses"].strip())
        return cast("MailboxFields", values)  # the action checks each


def values_of(mailbox: Mailbox) -> dict[str, object]:
    """Return what the form shows of a mailbox: all but its secrets."""
    fields = set(MailboxForm.base_fields) - {"shown", *SECRETS, "addresses"}
    own = fields - {"takes_old", "silent_minutes"}
    return {name: getattr(mailbox, name) for name in own} | {
        "addresses": "\n".join(mailbox.addresses),
        "takes_old": mailbox.taken_since is None,
        "silent_minutes": int(mailbox.silent_after.total_seconds() // 60),
    }
