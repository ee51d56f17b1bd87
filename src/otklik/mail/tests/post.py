"""Letters to the desk, as people's programs write them, and what they become."""

from dataclasses import dataclass, field
from itertools import count

from otklik.core.letters.tests.letters import CRLF
from otklik.mail import reply_tokens
from otklik.mail.actions.intake import Arrival, receive, take_in
from otklik.mail.models import Letter, Mailbox
from otklik.people.models import Actor, EmailAddress
from otklik.tickets.models import Ticket

_number = count(1)
SERVER = "mx.desk.example"


def address_of(actor: Actor) -> str:
    return EmailAddress.objects.filter(person=actor.person_id).values_list("address", flat=True)[0]


@dataclass
class Post:
    """What is sent to one mailbox."""

    mailbox: Mailbox
    last: bytes = field(default=b"", init=False)

    def letter(self, body: str = "It jams.", *, sender: str, **heads: str) -> bytes:
        """Write a letter; `heads` are headers, `message_id` for Message-ID."""
        given = {
            "From": sender,
            "To": self.mailbox.addresses[0],
            "Subject": "Printer",
            "Message-ID": f"<letter{next(_number)}@firm.example>",
            "Date": "Mon, 23 Nov 2026 09:00:00 +0200",
        }
        given |= {name.replace("_", "-").title(): value for name, value in heads.items()}
        if "Message-Id" in given:
            given["Message-ID"] = given.pop("Message-Id")
        head = "".join(f"{name}: {value}{CRLF}" for name, value in given.items())
        return f"{head}{CRLF}{body}{CRLF}".encode()

    def comes(self, body: str = "It jams.", *, sender: str, **heads: str) -> Letter:
        return self.delivered(self.letter(body, sender=sender, **heads))

    def delivered(self, raw: bytes) -> Letter:
        self.last = raw
        kept = receive(mailbox_id=self.mailbox.pk, arrival=Arrival(raw=raw))
        return take_in(kept.letter_id)


def proof(sender: str, result: str = "pass") -> str:
    """Return what our own server writes of a sender's domain."""
    return f"{SERVER}; dmarc={result} header.from={sender.rpartition('@')[2]}"


def token_for(ticket: Ticket, actor: Actor) -> str:
    return reply_tokens.make(reply_tokens.Kind.REPLY, ticket.pk, actor.person_id)


def answered(ticket: Ticket, actor: Actor) -> str:
    """Return the Message-ID of a letter that went to somebody about a ticket."""
    return f"<{token_for(ticket, actor)}.0123456789abcdef0123456789abcdef@desk.example>"
