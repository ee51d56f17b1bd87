"""What letters say, in the desk's or a department's own words."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.offered import offered_languages
from otklik.core.text import clean_line, clean_text
from otklik.mail.actions.outbox.putting import address_of, put_test_letter, sender_for
from otklik.mail.models import Outgoing, Template
from otklik.mail.selectors.templates import filled, sample_values, unknown_names, wording_of
from otklik.people.models import Actor, Department, Person
from otklik.people.policies import ensure_administrator

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_SIGNATURE = 200, 5000, 1000


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which text is meant: of which kind, in which language, of one department or of all."""

    kind: str
    language: str
    department_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a letter is to say; names in braces are filled in."""

    subject: str
    body: str
    signature: str = ""
    is_sent: bool = True


@transaction.atomic
def say_otherwise(*, actor: Actor, place: Place, said: Said) -> Template:
    """Let a kind of letter say something of the desk's own. Saying the same again does nothing.

    Raises NotAllowed, NotFound for no such kind, language or department, Invalid.
    """
    ensure_administrator(actor)
    department = ensure_place(place)
    said = _checked(place, said)
    words = {
        "subject": said.subject,
        "body": said.body,
        "signature": said.signature,
        "is_sent": said.is_sent,
    }
    row, _made = Template.objects.update_or_create(
        kind=place.kind,
        language=place.language,
        department=department,
        defaults=words,
    )
    return row


@transaction.atomic
def say_as_before(*, actor: Actor, place: Place) -> None:
    """Give up the desk's own words of a letter. Doing it again does nothing."""
    ensure_administrator(actor)
    ensure_place(place)
    Template.objects.filter(
        kind=place.kind, language=place.language, department=place.department_id
    ).delete()


@transaction.atomic
def mail_sample(*, actor: Actor, place: Place) -> Outgoing:
    """Mail a letter, as it would go, to the administrator's own address.

    Raises NotAllowed, NotFound, Conflict where there is no sender or no address.
    """
    ensure_administrator(actor)
    department = ensure_place(place)
    address = address_of(Person.objects.get(pk=actor.person_id))
    sender = sender_for(place.department_id)
    if sender is None or not address:
        raise Conflict(_("There is no server to send it by, or you have no e-mail address."))
    wording = wording_of(place.kind, place.language, department)
    values = sample_values(actor.name, department)
    text = filled(f"{wording.body}\n\n-- \n{wording.signature}", values)
    return put_test_letter(
        sender=sender,
        cause=f"test:{secrets.token_hex(16)}",
        to=address,
        subject=clean_line(filled(wording.subject, values)),
        text=text,
    )


def ensure_place(place: Place) -> Department | None:
    """Return the department that is meant. Raises NotFound for what there is not."""
    if place.kind not in Template.Kind.values or place.language not in offered_languages():
        raise NotFound
    if place.department_id is None:
        return None
    department = Department.objects.filter(pk=place.department_id).first()
    if department is None:
        raise NotFound
    return department


def _checked(place: Place, said: Said) -> Said:
    subject, body = clean_line(said.subject).strip(), clean_text(said.body).strip()
    signature = clean_text(said.signature).strip()
    wrong: dict[str, str] = {}
    for name, text, most in (
        ("subject", subject, LONGEST_SUBJECT),
        ("body", body, LONGEST_BODY),
        ("signature", signature, LONGEST_SIGNATURE),
    ):
        if not text and name != "signature":
            wrong[name] = _("Please fill this in.")
        elif len(text) > most:
            wrong[name] = _("At most %(limit)d characters fit here.") % {"limit": most}
        elif unknown := unknown_names(text):
            names = ", ".join(f"{{{one}}}" for one in unknown)
            wrong[name] = _("There is nothing to put in place of %s.") % names
    if place.kind == Template.Kind.REPLY and "{message}" not in body:
        wrong.setdefault("body", _("A reply needs {message}: what was written stands there."))
    if wrong:
        raise Invalid(fields=wrong)
    return Said(subject=subject, body=body, signature=signature, is_sent=said.is_sent)
