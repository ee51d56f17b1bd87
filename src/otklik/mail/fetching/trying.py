"""Trying a mailbox: what its server says now, without fetching anything."""

from dataclasses import dataclass
from typing import Final

from otklik.core.post.imap import Imap
from otklik.core.post.imap import Refused as LetterRefused
from otklik.core.post.pop3 import Pop3
from otklik.core.post.trouble import Kind
from otklik.mail.fetching.account import Account
from otklik.mail.fetching.drop import letters_there
from otklik.mail.models import Mailbox

PATIENCE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Found:
    """What lies in a mailbox that can be read."""

    letters: int
    folders: tuple[str, ...] = ()


def try_mailbox(*, mailbox: Mailbox) -> Found:
    """Open a mailbox as it is set up and look into it. Raises Trouble."""
    if mailbox.kind == Mailbox.Kind.RECEIVER:
        return Found(0)
    account = Account.of(mailbox)
    login = account.login()
    try:
        if mailbox.kind == Mailbox.Kind.POP3:
            return _tried_drop(Pop3.opened(account.server, login, PATIENCE_SECONDS), account)
        return _tried_folder(Imap.opened(account.server, login, PATIENCE_SECONDS), account)
    except LetterRefused as refusal:
        raise account.server.trouble(Kind.REFUSED, refusal.said) from None


def _tried_folder(imap: Imap, account: Account) -> Found:
    try:
        folders = tuple(imap.folders())
        if account.taken == Mailbox.Taken.MOVED and account.target not in folders:
            raise account.server.trouble(Kind.TARGET, ", ".join(folders[:8]), account.target)
        only_read = account.taken == Mailbox.Taken.LEFT
        return Found(imap.select(account.folder, only_read=only_read).exists, folders)
    finally:
        imap.close()


def _tried_drop(pop: Pop3, account: Account) -> Found:
    try:
        return Found(len(letters_there(account, pop)))
    finally:
        pop.close()
