"""Where letters are handed to the desk directly, by SMTP or LMTP."""

import asyncio
import ipaddress
import logging
import ssl
import threading
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from otklik.core.post.receiving import Envelope, Receiver, Rules
from otklik.core.post.spool import Spool
from otklik.core.post.trouble import Kind, Trouble, words_of
from otklik.mail.actions.fetching import At, note_contact, note_trouble
from otklik.mail.actions.intake.receiving import Arrival, receive
from otklik.mail.fetching.proofs import Proofs
from otklik.mail.models import Mailbox
from otklik.mail.selectors.fetching import mailboxes_of_addresses, received_mailboxes
from otklik.people.models.contact import canonical_email

logger = logging.getLogger(__name__)

CLOSING_SECONDS: Final = 10.0
NOWHERE: Final = "::"
"""An address that nobody has, for who handed a letter over and had gone."""


class Desk:
    """Takes letters for the mailboxes that the desk receives itself."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def knows(self, recipient: str) -> bool:
        try:
            return bool(_mailboxes_of([recipient]))
        finally:
            connections.close_all()  # the thread is another's

    def keep(self, envelope: Envelope, raw: Spool) -> None:
        """Keep a letter once in each mailbox that it was sent to; the same again is the same."""
        try:
            arrival = Arrival(
                raw=raw, envelope_from=envelope.sender, envelope_to=envelope.recipients
            )
            direct = replace(
                arrival,
                handed_by=envelope.client or NOWHERE,
                hello="" if envelope.is_local else envelope.hello,
            )
            is_of_ours = _is_of_ours(envelope.client)
            for mailbox in _mailboxes_of(envelope.recipients):
                # else the server before us found out; what others write in its name is nothing
                is_direct = not (mailbox.authserv_id and is_of_ours)
                kept = receive(mailbox_id=mailbox.pk, arrival=direct if is_direct else arrival)
                note_contact(mailbox=At.of(mailbox), waiting=0)
                if is_direct and kept.is_new:
                    self._proofs.begin(kept.letter_id)
        finally:
            connections.close_all()


class Gate:
    """Listens in a thread of its own while it is wanted."""

    def __init__(self) -> None:
        self._places = [
            (place, is_lmtp)
            for place, is_lmtp in (
                (settings.OTKLIK_RECEIVE_SMTP, False),
                (settings.OTKLIK_RECEIVE_LMTP, True),
            )
            if place is not None
        ]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._servers: list[asyncio.Server] = []
        self._proofs: Proofs | None = None

    @property
    def is_set_up(self) -> bool:
        return bool(self._places)

    def be_open(self, *, is_wanted: bool) -> None:
        """Begin or end listening; what cannot be listened on is noted at the mailboxes."""
        if is_wanted and self._loop is None:
            self._begin()
        elif not is_wanted and self._loop is not None:
            self._end()

    def _begin(self) -> None:
        loop = asyncio.new_event_loop()
        self._proofs = Proofs()
        for (host, port), is_lmtp in self._places:
            try:
                receiver = Receiver(_rules(is_lmtp=is_lmtp), Desk(self._proofs))
                self._servers.append(loop.run_until_complete(receiver.listen(host, port)))
            except OSError as error:
                logger.warning("cannot_listen", extra={"port": port, "said": str(error)})
                _note_for_all(Trouble(Kind.TAKEN, host, port, said=words_of(str(error))))
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="mail gate", daemon=True)
        self._thread.start()
        self._proofs.resume()

    def _end(self) -> None:
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is None or thread is None:
            return
        servers, self._servers = self._servers, []
        asyncio.run_coroutine_threadsafe(_end_tasks(servers), loop).result(CLOSING_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CLOSING_SECONDS)
        loop.close()
        if self._proofs is not None:
            self._proofs.end()


async def _end_tasks(servers: list[asyncio.Server]) -> None:
    """Listen no more, and leave whoever hands a letter over unanswered: they come again."""
    for server in servers:
        server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _rules(*, is_lmtp: bool) -> Rules:
    tls = None
    if settings.OTKLIK_RECEIVE_CERTIFICATE is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*settings.OTKLIK_RECEIVE_CERTIFICATE)
    return Rules(
        name=urlsplit(settings.OTKLIK_BASE_URL).hostname or "desk",
        most_bytes=settings.OTKLIK_LARGEST_LETTER,
        is_lmtp=is_lmtp,
        tls=tls,
    )


def _is_of_ours(client: str) -> bool:
    """Tell whether who hands a letter over is this machine or a server that is named as ours."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return address.is_loopback or any(address in one for one in settings.OTKLIK_RECEIVE_FROM)


def _mailboxes_of(recipients: list[str] | tuple[str, ...]) -> list[Mailbox]:
    return mailboxes_of_addresses({one for raw in recipients for one in _spellings(raw)})


def _spellings(recipient: str) -> list[str]:
    """Return an address and the one without what stands after a plus, where tokens are."""
    try:
        address = canonical_email(recipient)
    except ValueError:
        return []
    local, _, domain = address.rpartition("@")
    return [address, f"{local.partition('+')[0]}@{domain}"]


def _note_for_all(trouble: Trouble) -> None:
    for mailbox in received_mailboxes():
        note_trouble(mailbox=At.of(mailbox), trouble=trouble)
