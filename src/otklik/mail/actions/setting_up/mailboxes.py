"""Mailboxes, as the administrator keeps them. A secret goes in and never comes out again."""

from datetime import timedelta
from typing import Any, Final, TypedDict

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.post.hosts import canonical_host
from otklik.core.secrecy import hide
from otklik.core.spoken import known_languages
from otklik.mail.actions.fetching import FOR_CLIENT, FOR_MAILBOX
from otklik.mail.actions.setting_up.consenting import is_token_address
from otklik.mail.models import Mailbox, Place
from otklik.mail.policies import lock_mailbox
from otklik.people.actions.checks import Checks
from otklik.people.models import Actor, Department
from otklik.people.policies import ensure_administrator

MOST_ADDRESSES: Final = 50
LONGEST_SECRET: Final = 8000
MINUTES: Final = range(5, 10_081)
PORTS: Final = range(1, 65_536)
THRESHOLDS: Final = range(51, 101)
LINES: Final = {
    "login": 254,
    "client_id": 255,
    "scope": 500,
    "folder": 255,
    "target": 255,
    "authserv_id": 253,
}
CHOICES: Final[dict[str, Any]] = {
    "kind": Mailbox.Kind,
    "security": Mailbox.Security,
    "way": Mailbox.Way,
    "taken": Mailbox.Taken,
    "follow_up": Mailbox.FollowUp,
    "forwarded": Mailbox.Forwarded,
    "spam_filter": Mailbox.SpamFilter,
}


class MailboxFields(TypedDict, total=False):
    """What can be said of a mailbox; a key left out is left as it is, and so is an empty secret."""

    name: str
    addresses: list[str]
    department_id: int
    language: str
    kind: str
    host: str
    port: int | None
    security: str
    way: str
    login: str
    secret: str
    token_url: str
    client_id: str
    client_secret: str
    scope: str
    folder: str
    taken: str
    target: str
    takes_old: bool
    follow_up: str
    authserv_id: str
    forwarded: str
    spam_filter: str
    spam_threshold: int
    silent_minutes: int


@transaction.atomic
def add_mailbox(*, actor: Actor, fields: MailboxFields) -> Mailbox:
    """Add a mailbox; its letters are fetched from now on. Raises NotAllowed, Invalid."""
    ensure_administrator(actor)
    first: MailboxFields = {"name": "", "addresses": [], "department_id": 0, "kind": "imap"}
    mailbox = _changed(Mailbox(created_at=clock.now()), {**first, **fields})
    _save(mailbox)
    return mailbox


@transaction.atomic
def change_mailbox(*, actor: Actor, mailbox_id: int, changes: MailboxFields) -> Mailbox:
    """Change a mailbox; another server or folder is begun anew. Raises NotFound, Invalid."""
    ensure_administrator(actor)
    mailbox = lock_mailbox(actor, mailbox_id)
    place = _place(mailbox)
    _changed(mailbox, changes)
    if _place(mailbox) != place:
        # the numbers of another server may be the same, and are of other letters
        Place.objects.filter(mailbox_id=mailbox.pk).delete()
        mailbox.uidvalidity, mailbox.highest_uid, mailbox.first_uid = None, 0, 0
    mailbox.trouble, mailbox.trouble_since = {}, None  # it is tried again, and told anew
    mailbox.version += 1
    _save(mailbox)
    return mailbox


@transaction.atomic
def turn_mailbox(*, actor: Actor, mailbox_id: int, is_active: bool) -> Mailbox:
    """Let a mailbox rest, or have its letters fetched again; again does nothing."""
    ensure_administrator(actor)
    mailbox = lock_mailbox(actor, mailbox_id)
    if mailbox.is_active != is_active:
        mailbox.is_active = is_active
        mailbox.version += 1
        mailbox.save(update_fields=["is_active", "version"])
    return mailbox


@transaction.atomic
def remove_mailbox(*, actor: Actor, mailbox_id: int) -> None:
    """Remove a mailbox that never had a letter. Raises NotFound, Conflict."""
    ensure_administrator(actor)
    mailbox = lock_mailbox(actor, mailbox_id)
    try:
        with transaction.atomic():
            mailbox.delete()
    except ProtectedError:
        why = _("Letters came by this mailbox, so it stays. Let it rest instead.")
        raise Conflict(why) from None


def draft_of(*, actor: Actor, mailbox_id: int | None, fields: MailboxFields) -> Mailbox:
    """Return a mailbox as it would be, unsaved, to try it. Raises NotAllowed, NotFound, Invalid."""
    ensure_administrator(actor)
    with transaction.atomic():
        found = lock_mailbox(actor, mailbox_id) if mailbox_id else Mailbox(created_at=clock.now())
        return _changed(found, fields)


def _changed(mailbox: Mailbox, changes: MailboxFields) -> Mailbox:
    checks = Checks()
    _say_whose(mailbox, changes, checks)
    _say_where(mailbox, changes, checks)
    _say_what_becomes(mailbox, changes, checks)
    _hide_secrets(mailbox, changes, checks)
    _refuse_halves(mailbox, checks)
    if checks.wrong:
        raise Invalid(fields=checks.wrong)
    return mailbox


def _say_whose(mailbox: Mailbox, changes: MailboxFields, checks: Checks) -> None:
    if "name" in changes:
        mailbox.name = checks.line("name", changes["name"], limit=100, required=True)
    if "addresses" in changes:
        mailbox.addresses = _addresses(changes["addresses"], checks)
    if "department_id" in changes:
        known = Department.objects.values_list("pk", flat=True)
        mailbox.department_id = checks.number("department_id", changes["department_id"], set(known))
    if "language" in changes:
        mailbox.language = checks.choice("language", changes["language"], known_languages())


def _say_where(mailbox: Mailbox, changes: MailboxFields, checks: Checks) -> None:
    given: dict[str, Any] = dict(changes)
    for name in CHOICES.keys() & given.keys():
        setattr(mailbox, name, checks.choice(name, given[name], CHOICES[name].values))
    for name in LINES.keys() & given.keys():
        setattr(mailbox, name, checks.line(name, given[name], limit=LINES[name]))
    if "host" in given:
        mailbox.host = _host(given["host"], checks)
    if "port" in given and given["port"] is not None:
        mailbox.port = checks.number("port", given["port"], PORTS) or None
    if "token_url" in given:
        mailbox.token_url = _token_url(given["token_url"], checks)


def _say_what_becomes(mailbox: Mailbox, changes: MailboxFields, checks: Checks) -> None:
    if "takes_old" in changes:
        is_all = checks.flag("takes_old", changes["takes_old"])
        mailbox.taken_since = None if is_all else mailbox.taken_since or clock.now()
    if "silent_minutes" in changes:
        minutes = checks.number("silent_minutes", changes["silent_minutes"], MINUTES)
        mailbox.silent_after = timedelta(minutes=minutes)
    if "spam_threshold" in changes:
        given = changes["spam_threshold"]
        mailbox.spam_threshold = checks.number("spam_threshold", given, THRESHOLDS)


def _hide_secrets(mailbox: Mailbox, changes: MailboxFields, checks: Checks) -> None:
    for name, purpose in (("secret", FOR_MAILBOX), ("client_secret", FOR_CLIENT)):
        given = changes.get(name)
        if not given:
            continue
        if not isinstance(given, str) or len(given) > LONGEST_SECRET or not given.isprintable():
            checks.wrong[name] = _("This holds characters that no password has.")
        else:
            setattr(mailbox, name, hide(given, purpose))


def _refuse_halves(mailbox: Mailbox, checks: Checks) -> None:
    """Refuse what cannot work together, and say at which field."""
    if mailbox.kind == Mailbox.Kind.RECEIVER:
        return
    needed = {"host": mailbox.host, "login": mailbox.login, "secret": mailbox.secret}
    if mailbox.way == Mailbox.Way.OAUTH2:
        needed |= {"token_url": mailbox.token_url, "client_id": mailbox.client_id}
    if mailbox.taken == Mailbox.Taken.MOVED:
        needed["target"] = mailbox.target
    for name, value in needed.items():
        if not value:
            checks.wrong.setdefault(name, _("Please fill this in."))
    mailbox.port = mailbox.port or _usual_port(mailbox)
    if mailbox.kind == Mailbox.Kind.POP3 and mailbox.taken in {"seen", "moved"}:
        checks.wrong.setdefault("taken", _("POP3 can only leave letters or delete them."))
    if mailbox.taken == Mailbox.Taken.MOVED and mailbox.target == mailbox.folder:
        checks.wrong.setdefault("target", _("Choose another folder than the one that is read."))


def _usual_port(mailbox: Mailbox) -> int:
    is_tls = mailbox.security == Mailbox.Security.TLS
    if mailbox.kind == Mailbox.Kind.POP3:
        return 995 if is_tls else 110
    return 993 if is_tls else 143


def _addresses(given: object, checks: Checks) -> list[str]:
    said = given if isinstance(given, list) else []
    found = list(dict.fromkeys(checks.email("addresses", one) for one in said if one))
    if not found:
        checks.wrong.setdefault("addresses", _("Please fill this in."))
    if len(found) > MOST_ADDRESSES:
        checks.wrong["addresses"] = _("At most %(limit)d fit here.") % {"limit": MOST_ADDRESSES}
    return found


def _host(given: object, checks: Checks) -> str:
    text = checks.line("host", given, limit=253)
    try:
        return canonical_host(text) if text else ""
    except ValueError:
        checks.wrong["host"] = _("Enter the name alone, like imap.example.org.")
        return ""


def _token_url(given: object, checks: Checks) -> str:
    url = checks.line("token_url", given, limit=500)
    if url and not is_token_address(url):
        checks.wrong["token_url"] = _("This is not an address that begins with https://.")
    return url


def _place(mailbox: Mailbox) -> tuple[object, ...]:
    return mailbox.kind, mailbox.host, mailbox.port, mailbox.login, mailbox.folder


def _save(mailbox: Mailbox) -> None:
    others = Mailbox.objects.exclude(pk=mailbox.pk)
    taken = others.filter(addresses__overlap=mailbox.addresses).first()
    if taken is not None:
        why = _("“%(name)s” has one of these addresses.") % {"name": taken.name}
        raise Invalid(fields={"addresses": why})
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as error:
        if "mailbox_name_is_unique" not in str(error):
            raise
        raise Invalid(fields={"name": _("Another mailbox has this name.")}) from None
