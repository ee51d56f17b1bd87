"""By which server a department writes, and trying it out."""

from dataclasses import dataclass
from typing import Final, TypedDict

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.post.hosts import canonical_host
from otklik.core.post.sending import NotOpened
from otklik.core.post.signing import NoKey, loaded_key, made_key
from otklik.core.secrecy import hide
from otklik.core.text import clean_line
from otklik.mail.actions.outbox.granting import FOR_CLIENT, FOR_SENDER
from otklik.mail.actions.outbox.handing import session_with
from otklik.mail.actions.outbox.writing import DKIM
from otklik.mail.actions.setting_up.consenting import is_token_address
from otklik.mail.models import Sender
from otklik.mail.policies import find_sender
from otklik.mail.selectors.advice import advice
from otklik.people.models import Actor, Department
from otklik.people.models.contact import canonical_email
from otklik.people.policies import ensure_administrator, ensure_full_scope

HIGHEST_PORT = 65535
LONGEST: Final = {"token_url": 500, "client_id": 255, "scope": 500}


class SenderFields(TypedDict, total=False):
    """What an administrator says of a sender; a key left out is left as it is."""

    department_id: int | None
    name: str
    address: str
    has_plus: bool
    is_active: bool
    host: str
    port: int
    security: str
    login: str
    way: str
    password: str  # or the refresh token of OAuth2; "" leaves it as it is
    token_url: str
    client_id: str
    client_secret: str  # "" leaves it as it is
    scope: str
    authority: str
    dkim_selector: str  # "" signs no more
    dkim_key: str  # PEM; "" leaves it, or makes one where there is none


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of trying a server: a sentence, and what the server itself said."""

    is_good: bool
    said: str
    answer: str = ""


@transaction.atomic
def add_sender(*, actor: Actor, fields: SenderFields) -> Sender:
    """Let a department, or all that have none of their own, write by a server.

    Raises NotAllowed, Invalid, Conflict where there is one already.
    """
    ensure_administrator(actor)
    ensure_full_scope(actor)
    sender = Sender(created_at=clock.now())
    _take(sender, fields)
    _keep(sender)
    return sender


@transaction.atomic
def change_sender(*, actor: Actor, sender_id: int, changes: SenderFields) -> Sender:
    """Change how a department writes. Raises NotAllowed, NotFound, Invalid, Conflict."""
    ensure_full_scope(actor)
    sender = find_sender(actor, sender_id, held=True)
    _take(sender, changes)
    sender.version += 1
    sender.failing_since, sender.trouble_step, sender.trouble_words = None, "", ""
    _keep(sender)
    return sender


@transaction.atomic
def remove_sender(*, actor: Actor, sender_id: int) -> None:
    """Remove a sender by which nothing ever went. Raises Conflict for any other."""
    sender = find_sender(actor, sender_id, held=True)
    try:
        with transaction.atomic():
            sender.delete()
    except ProtectedError:
        raise Conflict(_("Letters went by this server. Turn it off instead.")) from None


def try_sender(*, actor: Actor, sender_id: int) -> Tried:
    """Speak with a server up to the point where a letter would begin, and say how it went.

    Not to be called within a transaction. Raises NotAllowed, NotFound.
    """
    sender = find_sender(actor, sender_id)
    try:
        with session_with(sender) as session:
            session.try_out(sender.address)
    except NotOpened as error:
        return Tried(is_good=False, said=advice(error, sender), answer=_answer(error))
    return Tried(is_good=True, said=_("The server takes letters from %s.") % sender.address)


def _answer(error: NotOpened) -> str:
    return f"{error.code} {error.words}" if error.code else error.words


def _take(sender: Sender, fields: SenderFields) -> None:
    """Check everything and put it into the row. Raises Invalid naming each fault, Conflict."""
    wrong: dict[str, str] = {}
    for name in ("name", "host", "login", "way", "token_url", "client_id", "scope"):
        if name in fields:
            setattr(sender, name, clean_line(str(fields[name])).strip())
    for flag in ("has_plus", "is_active"):
        if flag in fields:
            setattr(sender, flag, bool(fields[flag]))
    _take_address(sender, fields, wrong)
    _take_server(sender, fields, wrong)
    _take_consent(sender, fields, wrong)
    _take_key(sender, fields, wrong)
    if not sender.name:
        wrong["name"] = _("Please fill this in.")
    if wrong:
        raise Invalid(fields=wrong)
    _take_place(sender, fields)


def _take_address(sender: Sender, fields: SenderFields, wrong: dict[str, str]) -> None:
    try:
        sender.address = canonical_email(fields.get("address", sender.address).strip())
    except ValueError:
        wrong["address"] = _("This is not a plain e-mail address.")


def _take_server(sender: Sender, fields: SenderFields, wrong: dict[str, str]) -> None:
    sender.port = fields.get("port", sender.port)
    sender.security = fields.get("security", sender.security)
    sender.authority = fields.get("authority", sender.authority).strip()
    if fields.get("password"):
        sender.secret = hide(fields["password"], FOR_SENDER)
    if not sender.login:
        sender.secret = b""
    try:
        sender.host = canonical_host(sender.host)
    except ValueError:
        wrong["host"] = _("Write the name of the server alone, such as smtp.example.org.")
    if not 0 < sender.port <= HIGHEST_PORT:
        wrong["port"] = _("A port is a number from 1 to 65535.")
    if sender.security not in Sender.Security.values:
        wrong["security"] = _("Choose one of the offered values.")
    if sender.security == Sender.Security.NONE and sender.login:
        wrong["login"] = _("A password is never sent unsecured: choose TLS, or leave it empty.")
    if sender.authority and "BEGIN CERTIFICATE" not in sender.authority:
        wrong["authority"] = _("This is no certificate in PEM.")


def _take_consent(sender: Sender, fields: SenderFields, wrong: dict[str, str]) -> None:
    """Take what OAuth2 needs, and refuse what is missing of it."""
    if fields.get("client_secret"):
        sender.client_secret = hide(fields["client_secret"], FOR_CLIENT)
    if sender.way not in Sender.Way.values:
        wrong["way"] = _("Choose one of the offered values.")
    for name, limit in LONGEST.items():
        if len(getattr(sender, name)) > limit:
            wrong[name] = _("At most %(limit)d characters fit here.") % {"limit": limit}
    if sender.token_url and not is_token_address(sender.token_url):
        wrong["token_url"] = _("This is not an address that begins with https://.")
    if sender.way != Sender.Way.OAUTH2:
        return
    needed = {"login": sender.login, "password": sender.secret}
    needed |= {"token_url": sender.token_url, "client_id": sender.client_id}
    for name, value in needed.items():
        if not value:
            wrong.setdefault(name, _("Please fill this in."))


def _take_key(sender: Sender, fields: SenderFields, wrong: dict[str, str]) -> None:
    selector = fields.get("dkim_selector", sender.dkim_selector).strip().lower()
    if not selector:
        sender.dkim_selector, sender.dkim_key = "", b""
        return
    if not all(sign.isascii() and (sign.isalnum() or sign in ".-_") for sign in selector):
        wrong["dkim_selector"] = _("Letters, digits, dots and dashes alone.")
        return
    sender.dkim_selector = selector[:63]
    pem = fields.get("dkim_key", "").strip()
    try:
        if pem:
            loaded_key(pem)
            sender.dkim_key = hide(pem, DKIM)
        elif not sender.dkim_key:
            sender.dkim_key = hide(made_key(), DKIM)
    except NoKey:
        wrong["dkim_key"] = _("This is no RSA key in PEM without a password.")


def _take_place(sender: Sender, fields: SenderFields) -> None:
    if "department_id" in fields:
        place = fields["department_id"]
        if place is not None and not Department.objects.filter(pk=place).exists():
            raise Invalid(fields={"department_id": _("Choose one of the offered values.")})
        sender.department_id = place
    others = Sender.objects.select_for_update(of=("self",)).exclude(pk=sender.pk)
    if others.filter(department=sender.department_id).exists():
        raise _there_is_one()


def _keep(sender: Sender) -> None:
    """Save the row. Raises Conflict where somebody gave its place another at this moment."""
    try:
        with transaction.atomic():
            sender.save()
    except IntegrityError as error:
        if "department_has_one_sender" not in str(error):
            raise
        raise _there_is_one() from None


def _there_is_one() -> Conflict:
    return Conflict(_("There is a sender for this already: change that one."))
