"""Mailboxes in the set-up: which there are, how they are, and what keeps one from its letters."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Conflict
from otklik.core.post.trouble import Trouble
from otklik.mail.actions.setting_up.mailboxes import (
    add_mailbox,
    change_mailbox,
    draft_of,
    remove_mailbox,
    turn_mailbox,
)
from otklik.mail.fetching.trying import Found, try_mailbox
from otklik.mail.forms.mailboxes import MailboxForm, values_of
from otklik.mail.models import Mailbox
from otklik.mail.policies import lock_mailbox
from otklik.mail.selectors.mailboxes import mailbox_row, mailbox_rows
from otklik.mail.selectors.spam import spam_memory
from otklik.people.actions.home import home
from otklik.people.policies import administrator_of
from otklik.people.selectors import department_tree
from otklik.people.views.answers import done, posted, shown, undoable

NOTHING_SAID: Final = {"tried_well": "", "tried_badly": ""}


@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    rows = mailbox_rows(actor=administrator_of(request))
    return shown(request, "mail/mailboxes.html", rows=rows, refusal=None)


@require_http_methods(["GET", "POST"])
def new_mailbox(request: HttpRequest) -> HttpResponse:
    """Show an empty form; a post adds a mailbox, or tries what is typed and adds nothing."""
    actor = administrator_of(request)
    tree = department_tree(actor=actor)
    form = MailboxForm(tree, posted(request), initial={"language": home().languages[0]})
    tried: list[Mailbox] = []

    def act() -> None:
        changes = form.changes()
        if "try" in request.POST:
            tried.append(draft_of(actor=actor, mailbox_id=None, fields=changes))
        else:
            add_mailbox(actor=actor, fields=changes)

    if request.method == "POST" and form.does(act) and not tried:
        return done(request, "setup_mailboxes", said=_("Added. Its letters come from now on."))
    said = _said_by(tried[0]) if tried else NOTHING_SAID
    return shown(request, "mail/mailbox.html", form=form, row=None, **said)


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Show a mailbox and how it is; a post changes it, or tries what is typed."""
    actor = administrator_of(request)
    row = mailbox_row(actor=actor, mailbox_id=mailbox_id)
    tree = department_tree(actor=actor)
    form = MailboxForm(tree, posted(request), initial=values_of(row.mailbox))
    tried: list[Mailbox] = []

    def act() -> None:
        changes = form.changes()
        if "try" in request.POST:
            tried.append(draft_of(actor=actor, mailbox_id=mailbox_id, fields=changes))
        else:
            change_mailbox(actor=actor, mailbox_id=mailbox_id, changes=changes)

    def now() -> dict[str, object]:
        return values_of(lock_mailbox(actor, mailbox_id))

    is_well = request.method == "POST" and form.does(act, now=now)
    if is_well and not tried:
        return done(request, "setup_mailbox", mailbox_id, said=_("Saved."))
    said = _said_by(tried[0]) if is_well else NOTHING_SAID
    learned = spam_memory()
    return shown(request, "mail/mailbox.html", form=form, row=row, learned=learned, **said)


@require_POST
def mailbox_rest(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Let a mailbox rest: its letters stay on the server."""
    return _turned(request, mailbox_id, is_active=False)


@require_POST
def mailbox_work(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Have the letters of a resting mailbox fetched again."""
    return _turned(request, mailbox_id, is_active=True)


@require_POST
def mailbox_removal(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Remove a mailbox by which no letter ever came."""
    actor = administrator_of(request)
    try:
        remove_mailbox(actor=actor, mailbox_id=mailbox_id)
    except Conflict as refusal:
        rows = mailbox_rows(actor=actor)
        return shown(request, "mail/mailboxes.html", rows=rows, refusal=refusal)
    return done(request, "setup_mailboxes", said=_("Removed."))


def _turned(request: HttpRequest, mailbox_id: int, *, is_active: bool) -> HttpResponse:
    found = turn_mailbox(
        actor=administrator_of(request), mailbox_id=mailbox_id, is_active=is_active
    )
    said = _("“%(name)s” is fetched again.") if is_active else _("“%(name)s” rests now.")
    back = "setup_mailbox_rest" if is_active else "setup_mailbox_work"
    undoable(request, said % {"name": found.name}, reverse(back, args=[found.pk]))
    return done(request, "setup_mailboxes")


def _said_by(mailbox: Mailbox) -> dict[str, str]:
    """Ask the server, and return its answer in one sentence, good or bad."""
    try:
        found = try_mailbox(mailbox=mailbox)
    except Trouble as trouble:
        return NOTHING_SAID | {"tried_badly": trouble.sentence()}
    return NOTHING_SAID | {"tried_well": _words_of(mailbox, found)}


def _words_of(mailbox: Mailbox, found: Found) -> str:
    if mailbox.kind == Mailbox.Kind.RECEIVER:
        return _("The desk receives these letters itself: there is no server to ask.")
    return ngettext(
        "It works: the server let us in, and %(num)d letter lies there.",
        "It works: the server let us in, and %(num)d letters lie there.",
        found.letters,
    ) % {"num": found.letters}
