"""From a row of the outbox to the bytes of its letter, signed where we hold the key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from otklik.core.context import desk, desk_mark
from otklik.core.files.scan import is_withheld
from otklik.core.files.store import store
from otklik.core.offered import spoken_to
from otklik.core.post.building import Address, Automatic, File, NewLetter, build
from otklik.core.post.heads import is_message_id
from otklik.core.post.signing import Signer, record, signed
from otklik.core.richtext import from_text, own_files, stored, to_mail_text, without_remote
from otklik.core.secrecy import Unreadable, reveal
from otklik.core.text import clean_line, mend_text
from otklik.mail import reply_tokens
from otklik.mail.models import Letter, Outgoing, Sender
from otklik.mail.selectors.senders import local_fits
from otklik.mail.selectors.templates import PLACE, Wording, filled, template_kind, wording_of
from otklik.people.models import Person
from otklik.tickets.models import Attachment, Message, Ticket

DKIM: Final = "dkim"
MOST_ATTACHED: Final = 10 * 1024 * 1024
"""Bytes of files that go along; what is beyond is had from the desk."""
MOST_REFERENCES: Final = 12
_PICTURE = re.compile(r'<img\b(?:[^>"]|"[^"]*")*>')
_STYLE: Final = (
    "font-family:system-ui,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;line-height:1.5"
)
_MESSAGE: Final = "message"
_NAME: Final = re.compile(
    r"(?=.{1,60}$)(?!.*\w\w\.\w\w)(?!.*www)[^\W\d_](?:[^\W\d_]|[ .,'’()-])*", re.IGNORECASE
)
"""A name as people have them: letters, and nothing that leads anywhere."""


def write_letter(letter: Outgoing) -> bytes:
    """Return the bytes of a letter, and give the row the subject it went under.

    Raises Unfit for an address that is none, NoKey and Unreadable for a key that cannot sign.
    """
    said = _own_words(letter) if letter.ticket is None else _about_ticket(letter, letter.ticket)
    letter.subject = said.subject
    raw = build(said)
    signer = signer_of(letter.sender)
    return signed(raw, signer) if signer else raw


def signer_of(sender: Sender) -> Signer | None:
    """Return by which key a sender signs, if it does. Raises Unreadable."""
    if not sender.dkim_key:
        return None
    domain = sender.address.rpartition("@")[2]
    return Signer(domain=domain, selector=sender.dkim_selector, key=reveal(sender.dkim_key, DKIM))


def published_record(sender: Sender) -> str:
    """Return what the sender's domain has to publish for its key, or "" without one to read."""
    if not sender.dkim_key:
        return ""
    try:
        return record(reveal(sender.dkim_key, DKIM))
    except Unreadable:
        return ""


def _own_words(letter: Outgoing) -> NewLetter:
    """Write what the desk itself says, as it was handed over."""
    is_notice = letter.kind == Outgoing.Kind.NOTICE
    text = _with_way_out(letter) if is_notice else letter.words
    return NewLetter(
        sender=Address(letter.sender.address, clean_line(letter.sender.name)),
        to=Address(letter.recipient, _name(letter)),
        subject=clean_line(letter.subject),
        message_id=letter.header_id,
        date=letter.created_at,
        text=text,
        html=_as_html(text) if is_notice else "",
        automatic=Automatic.GENERATED,
        unsubscribe=_way_to_stop(letter) if is_notice else "",
        desk=desk_mark(),
    )


def _way_to_stop(letter: Outgoing) -> str:
    token = reply_tokens.make(reply_tokens.Kind.STOP, 0, letter.pk)
    return address_in_web(reverse("mailed_stop", args=[token]))


def _with_way_out(letter: Outgoing) -> str:
    """Say under news what ends them."""
    with translation.override(spoken_to(letter.person.language if letter.person else "")):
        stop = _("No more of them: %(page)s") % {"page": _way_to_stop(letter)}
    return f"{letter.words}\n{stop}"


def _as_html(text: str) -> str:
    return f'<div style="{_STYLE}">{from_text(text)}</div>'


def _about_ticket(letter: Outgoing, ticket: Ticket) -> NewLetter:
    language = spoken_to((letter.person or ticket.requester).language)
    wording = wording_of(template_kind(letter.kind, letter.cause), language, ticket.department)
    if letter.person_id != ticket.requester_id:  # a copy: its links would lead nowhere
        wording = replace(wording, body="{message}")
    told = Told(letter=letter, ticket=ticket, wording=wording)
    with translation.override(language):
        values = told.values()
    files, pictures, left = _files_of(letter.message)
    text, html = _bodies(wording, values, letter.message, pictures)
    if left:
        names = ", ".join(left)
        text += f"\n\n{names}: {values['link']}"
        way = Markup('<p>{0}: <a href="{1}">{1}</a></p>').format(names, values["link"])
        html += str(way)  # markup of its own would escape what stands before it
    is_machine = letter.kind != Outgoing.Kind.REPLY
    token = reply_tokens.make(reply_tokens.Kind.REPLY, ticket.pk, letter.person_id or 0)
    answered_at = local_fits(letter.sender, token)
    before = _ids_before(letter, ticket)
    return NewLetter(
        sender=Address(letter.sender.address, clean_line(letter.sender.name)),
        to=Address(letter.recipient, _name(letter)),
        reply_to=Address(answered_at, clean_line(letter.sender.name)) if answered_at else None,
        subject=clean_line(filled(wording.subject, values)),
        message_id=letter.header_id,
        in_reply_to=before[-1] if before else "",
        references=before,
        date=letter.created_at,
        text=text,
        html=f'<div style="{_STYLE}">{html}</div>',
        files=files,
        pictures=list(pictures.values()),
        automatic=_machine(letter) if is_machine else None,
        unsubscribe=_way_to_stop(letter) if is_machine else "",
        desk=desk_mark(),
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a letter may tell of its ticket."""

    letter: Outgoing
    ticket: Ticket
    wording: Wording

    def values(self) -> dict[str, str]:
        row = desk()
        ticket, person = self.ticket, self.letter.person or self.ticket.requester
        token = reply_tokens.make(reply_tokens.Kind.RATING, ticket.pk, person.pk)
        answer = address_in_web(reverse("mailed_answer", args=[token]))
        return {
            "name": _addressed(self.letter, person),
            "number": ticket.number,
            "subject": ticket.subject,
            "company": row.company if row else "",
            "department": ticket.department.label,
            "link": address_in_web(reverse("request", args=[ticket.number])),
            "solved": f"{answer}?is=solved",
            "unsolved": f"{answer}?is=unsolved",
            "rating": answer,
        }


def address_in_web(path: str) -> str:
    return urljoin(f"{settings.OTKLIK_BASE_URL}/", path.lstrip("/"))


def _bodies(
    wording: Wording,
    values: Mapping[str, str],
    message: Message | None,
    pictures: Mapping[str, File],
) -> tuple[str, str]:
    """Return the letter as plain text and as HTML, which say the same."""
    body = f"{wording.body}\n\n-- \n{wording.signature}" if wording.signature else wording.body
    said = _said(message)
    plain = mend_text(filled(body, {**values, _MESSAGE: to_mail_text(said).strip()}))
    return plain, "".join(_html_pieces(body, values, _shown(said, pictures)))


def _said(message: Message | None) -> str:
    if message is None:
        return ""
    return message.body + (f"<p></p>{message.signature}" if message.signature else "")


def _html_pieces(body: str, values: Mapping[str, str], said: str) -> Iterator[str]:
    for piece in re.split(r"\{message\}", body) if "{message}" in body else [body]:
        if piece is not None:
            yield from _paragraphs(piece, values)
        yield said
        said = ""


def _paragraphs(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for block in text.strip("\n").split("\n\n"):
        if block.strip():
            lines = Markup("<br>").join(_line(one, values) for one in block.split("\n"))
            yield f"<p>{lines}</p>"


def _line(text: str, values: Mapping[str, str]) -> Markup:
    """Escape a line of a template, with what is put in; addresses of ours become links."""
    pieces, place = Markup(""), 0
    for match in PLACE.finditer(text):
        value = values.get(match[1], match[0])
        is_link = match[1] in {"link", "solved", "unsolved", "rating"}
        linked = Markup('<a href="{0}">{0}</a>').format(value) if is_link else escape(value)
        pieces += escape(text[place : match.start()]) + linked
        place = match.end()
    return pieces + escape(text[place:])


def _shown(html: str, pictures: Mapping[str, File]) -> str:
    """Let pictures of a message be found in the letter itself."""

    def shown(match: re.Match[str]) -> str:
        for token in own_files(stored(match[0])):
            if token in pictures:
                return f'<img src="cid:{pictures[token].content_id}" style="max-width:100%">'
        return ""

    return _PICTURE.sub(shown, without_remote(stored(html)))


def _files_of(message: Message | None) -> tuple[list[File], dict[str, File], list[str]]:
    """Return what goes along, the pictures within the text by token, and names of what stays."""
    files: list[File] = []
    pictures: dict[str, File] = {}
    left: list[str] = []
    room = MOST_ATTACHED
    rows: Sequence[Attachment] = (
        list(message.attachments.filter(remote=None).select_related("blob")) if message else []
    )
    for one in rows:
        if one.blob.size > room or is_withheld(one.blob):
            left.append(one.name)
            continue
        room -= one.blob.size
        made = _file(one)
        if one.is_inline and made.content_id:
            pictures[one.token] = made
        else:
            files.append(made)
    return files, pictures, left


def _file(one: Attachment) -> File:
    with store().open(one.blob.sha256) as opened:
        content = opened.read()
    is_picture = one.is_inline and one.blob.media_type.startswith("image/")
    return File(
        name=clean_line(one.name),
        content_type=one.blob.media_type,
        content=content,
        content_id=f"{one.token}@otklik" if is_picture else "",
    )


def _ids_before(letter: Outgoing, ticket: Ticket) -> list[str]:
    """Return the Message-IDs of the conversation so far, oldest first: what came and what went."""
    came = Letter.objects.filter(ticket=ticket.pk, message__isnull=False).exclude(header_id="")
    went = Outgoing.objects.filter(ticket=ticket.pk, pk__lt=letter.pk, recipient=letter.recipient)
    ids = [(at, one) for one, at in came.values_list("header_id", "received_at")]
    ids += [(at, one) for one, at in went.values_list("header_id", "created_at")]
    known = [one for at, one in sorted(ids) if is_message_id(one) and at <= letter.created_at]
    return [*known[:1], *known[1:][-MOST_REFERENCES:]]


def _machine(letter: Outgoing) -> Automatic:
    is_receipt = letter.kind == Outgoing.Kind.RECEIPT
    return Automatic.REPLIED if is_receipt else Automatic.GENERATED


def _name(letter: Outgoing) -> str:
    return clean_line(_addressed(letter, letter.person)) if letter.person else ""


def _addressed(letter: Outgoing, person: Person) -> str:
    """Return how somebody is addressed: by their name, if it is one, or by their address.

    A receipt goes to whoever a letter says that it is from, and so does the name on it: nobody
    shall have us carry an advertisement to others.
    """
    is_told_blindly = letter.kind == Outgoing.Kind.RECEIPT and not _NAME.fullmatch(person.name)
    return letter.recipient.partition("@")[0] if is_told_blindly else person.name
