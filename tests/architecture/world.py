"""One desk in which everything that an address can name is there."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from otklik.core import clock
from otklik.core.files.receive import keep_content
from otklik.knowledge.actions import Said, keep_article_file, publish_article, write_article
from otklik.knowledge.tests.factories import BODY, make_article
from otklik.mail.actions.intake import Arrival, receive
from otklik.mail.models import Letter, Mailbox, Outgoing, SenderRule
from otklik.mail.reply_tokens import Kind, make
from otklik.mail.tests.factories import make_mailbox, make_sender
from otklik.people.actions.tokens import create_token
from otklik.people.models import Actor, Organization, PasswordLink, Person, PhoneNumber
from otklik.people.tests.factories import Cast, account_of, make_cast, make_desk, make_organization
from otklik.tickets.actions import (
    NewTicket,
    Words,
    assign_ticket,
    keep_upload,
    open_ticket,
    write_internal_note,
)
from otklik.tickets.actions.configuring.categories import add_category
from otklik.tickets.models import (
    ConfigurationChange,
    FormField,
    Message,
    SavedView,
    Ticket,
    TypicalProblem,
)
from otklik.tickets.tests.factories import Configuration, make_configuration, make_field, make_type

FAR = timedelta(hours=1)
PASSED_ON = b"""From: cy@a.example
Subject: Fwd: Press

Please help her.

---------- Forwarded message ---------
From: Anna Petrova <anna@firm.example>
Date: Fri, Nov 20, 2026 at 2:02 PM
Subject: Press
To: <cy@a.example>

The press jams.
"""


@dataclass(frozen=True)
class World:
    """One ticket in each relation to the cast, and everything that addresses may name."""

    cast: Cast
    ticket_id: int
    company: Organization  # of the customer; its people see each other's tickets
    places: dict[str, object]  # by the name in an address, or by "route.name" where it differs

    def fill(self, route: str, names: list[str]) -> dict[str, object]:
        """Name a real thing for each part of an address. Raises KeyError for a new part."""
        return {
            name: self.places.get(f"{route}.{name}", None) or self.places[name] for name in names
        }


def make_world() -> World:
    configuration = make_configuration()
    make_desk()
    cast = make_cast()
    company = make_organization(name="Harrow Whitfield", shares_tickets=True)
    Person.objects.filter(pk=cast.cy.person_id).update(organization=company)
    tickets = _ticket_places(cast)
    places = tickets | _people_places(cast) | _setup_places(cast.root, configuration)
    places |= _mail_places(cast, int(str(tickets["ticket_id"])))
    places |= _knowledge_places(cast)
    return World(cast, int(str(tickets["ticket_id"])), company, places)


def _ticket_places(cast: Cast) -> dict[str, object]:
    token = keep_upload(actor=cast.cy, blob=keep_content(b"plain words"), name="a.txt").token
    ticket = open_ticket(
        actor=cast.cy,
        asked=NewTicket(
            subject="Mine",
            words=Words(body="<p>Help</p>", uploads=(token,)),
            requester_id=cast.cy.person_id,
            department_id=cast.it.pk,
        ),
    )
    assign_ticket(actor=cast.root, ticket_id=ticket.pk, assignee_id=cast.ada.person_id)
    note = write_internal_note(
        actor=cast.ada, ticket_id=ticket.pk, words=Words(body="<p>canary</p>")
    )
    view = SavedView.objects.create(account=account_of(cast.ada), name="Mine", query="is:open")
    return {
        "number": ticket.number,
        "ticket_id": ticket.pk,
        "message_id": Message.objects.filter(ticket=ticket.pk).values_list("pk", flat=True)[0],
        "note_id": note.pk,
        "/api/v1/tickets/{ticket_id}/notes/{note_id}.note_id": f"n{note.pk}",
        "/api/v1/tickets/{ticket_id}/notes/{note_id}/revisions.note_id": f"n{note.pk}",
        "link_id": 1,
        "token": token,
        "view_id": view.pk,
        "ticket_part.name": "thread",
        "queue_suggestions.name": "requester",
        "request_part.name": "verdict",
        "bulk.kind": "take",
        "status_id": Ticket.objects.get(pk=ticket.pk).status_id,
        "ticket_status.status_id": ticket.status.flow.statuses.get(key="progress").pk,
    }


def _mail_places(cast: Cast, ticket_id: int) -> dict[str, object]:
    """Make a letter that came and one that goes, with all that is set up for both."""
    mailbox = make_mailbox(department=cast.it)
    raw = b"From: cy@a.example\r\nSubject: Help\r\n\r\nIt jams.\r\n"
    kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=raw))
    _have_come_by_mail(mailbox, ticket_id)
    rule = SenderRule.objects.create(
        mailbox=mailbox,
        sender="a.example",
        treatment=SenderRule.Treatment.ASK,
        made_by_id=cast.root.person_id,
        made_at=clock.now(),
    )
    sender = make_sender()
    outgoing = Outgoing.objects.create(
        kind=Outgoing.Kind.REPLY,
        cause="message:1",
        recipient="cy@a.example",
        ticket_id=ticket_id,
        sender=sender,
        header_id="<one@acme.example>",
        next_at=clock.now() + FAR,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    return {
        "mailbox_id": mailbox.pk,
        "letter_id": kept.letter_id,
        "/api/v1/letters/{letter_id}/settling.letter_id": _waits_for_a_person(mailbox),
        "rule_id": rule.pk,
        "sender_id": sender.pk,
        "outgoing_id": outgoing.pk,
        "mailed_answer.token": make(Kind.RATING, ticket_id, cast.cy.person_id),
        "mailed_stop.token": make(Kind.STOP, 0, outgoing.pk),
        "language": "en",
        **dict.fromkeys(("setup_letter.kind", "setup_letter_trial.kind"), "receipt"),
        "setup_letter_removal.kind": "receipt",
        "/api/v1/templates/{kind}/{language}.kind": "receipt",
        "/api/v1/templates/{kind}/{language}/trial.kind": "receipt",
    }


def _knowledge_places(cast: Cast) -> dict[str, object]:
    """Make an article for colleagues of IT that is published with a file."""
    text = make_article(cast.ada, audience="department", department_id=cast.it.pk)
    file = keep_article_file(actor=cast.ada, blob=keep_content(b"for IT"), name="it.txt")
    said = Said(title="Canary", body=BODY, files=(file.token,))
    one: dict[str, Any] = {"actor": cast.ada, "article_id": text.article_id, "language": "en"}
    write_article(**one, said=said)
    publish_article(**one, number=2)
    files = ("article_file", "article_file_look", "article_file_small", "article_file_preview")
    return {
        "article_id": text.article_id,
        "section_id": text.article.section_id,
        "slug": "canary",
        "article_version.number": 1,
        "article_version_return.number": 1,
        "article_upload.token": file.token,
        **{f"{name}.token": file.token for name in files},
    }


def _have_come_by_mail(mailbox: Mailbox, ticket_id: int) -> None:
    """Have a ticket been opened by a letter, which passes on another one."""
    kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=PASSED_ON))
    Ticket.objects.filter(pk=ticket_id).update(source=Ticket.Source.EMAIL)
    Letter.objects.filter(pk=kept.letter_id).update(
        state=Letter.State.DONE,
        outcome=Letter.Outcome.TICKET,
        is_forward=True,
        done_at=clock.now(),
        ticket=ticket_id,
        message=Message.objects.get(ticket=ticket_id),
    )


def _waits_for_a_person(mailbox: Mailbox) -> int:
    """Have a letter of nobody wait in quarantine."""
    kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=b"Subject: Help\r\n\r\nIt jams.\r\n"))
    Letter.objects.filter(pk=kept.letter_id).update(
        state=Letter.State.QUARANTINED, reason="no-sender"
    )
    return kept.letter_id


def _people_places(cast: Cast) -> dict[str, object]:
    account = account_of(cast.cy)
    row, _secret = create_token(actor=cast.cy, name="own", scopes=["all"])
    secret = secrets.token_urlsafe()
    now = clock.now()
    PasswordLink.objects.create(
        account=account,
        token_hash=sha256(secret.encode()).hexdigest(),
        created_at=now,
        expires_at=now + FAR,
    )
    phone = PhoneNumber.objects.create(
        person=account.person, number="+74951234567", digits="74951234567", is_primary=True
    )
    return {
        "person_id": cast.cy.person_id,
        "email_id": account.person.emails.get().pk,
        "phone_id": phone.pk,
        "token_id": row.pk,
        "secret": secret,
        "own_session_ending.name": "0123456789abcdef",
        "/api/v1/me/sessions/{name}.name": "0123456789abcdef" * 2,
        "organization_id": make_organization(name="Harrow").pk,
        "department_id": cast.it.pk,
    }


def _setup_places(root: Actor, configuration: Configuration) -> dict[str, object]:
    field = make_field(kind="choice", choices=("red", "blue"))
    kind = make_type(form=(field,), flow=configuration.flow)
    category = add_category(actor=root, names={"en": "Canteen"})
    first, second = list(configuration.flow.statuses.all())[:2]
    return {
        "kind": "functional",
        "type_id": kind.pk,
        "question_id": FormField.objects.get(type=kind).pk,
        "field_id": field.pk,
        "choice_id": field.choices.all()[0].pk,
        "category_id": category.pk,
        "flow_id": configuration.flow.pk,
        "source_id": first.pk,
        "target_id": second.pk,
        "level": 3,
        "problem_id": TypicalProblem.objects.get(key="printer").pk,
        "change_id": ConfigurationChange.objects.latest("pk").pk,
    }
