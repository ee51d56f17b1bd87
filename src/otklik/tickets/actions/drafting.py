"""What is typed and not sent yet, kept for its author alone."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock, once
from otklik.core.errors import TooLarge
from otklik.core.richtext import clean_html, is_blank, stored, without_files
from otklik.people.models import Actor
from otklik.tickets.actions.attaching import waiting
from otklik.tickets.actions.talking import Words
from otklik.tickets.models import Draft
from otklik.tickets.policies import lock_request, lock_ticket

LONGEST = 200_000  # characters of HTML
FILES_KEPT = timedelta(days=30)


@transaction.atomic
def keep_draft(
    *, actor: Actor, ticket_id: int, words: Words, is_note: bool = False, as_customer: bool = False
) -> bool:
    """Keep what the actor has typed and attached under a ticket; of nothing, nothing is kept.

    Its files outlive the sweep of unsent ones. The last one wins. False: something was sent by
    the same key, so this came late, or was changed since; the ticket's lock waits for the
    sending. Raises NotFound, TooLarge.
    """
    if len(words.body) > LONGEST:
        raise TooLarge(_("This is too long to keep."))
    ticket = lock_request(actor, ticket_id) if as_customer else lock_ticket(actor, ticket_id)
    said = "ask" if as_customer else "say"
    if once.settled(f"{said}:{actor.account_id}:{ticket.pk}", words.once):
        return False
    body = clean_html(words.body)
    uploads = waiting(actor, body, words.uploads)
    if is_blank(body) and not uploads:
        forget_draft(actor=actor, ticket_id=ticket.pk, as_customer=as_customer)
        return True
    Draft.objects.update_or_create(
        ticket=ticket,
        author_id=actor.person_id,
        as_customer=as_customer,
        defaults={
            "body": str(body),
            "uploads": uploads,
            "is_note": is_note,
            "updated_at": clock.now(),
        },
    )
    return True


@transaction.atomic
def let_go_of_old_files() -> int:
    """Take the files out of drafts that nobody touched for a month; the words stay.

    A draft of files alone goes. One that is being kept just now is no old one. The files
    themselves are forgotten as all that were never sent. Returns how many drafts had files.
    """
    old = Draft.objects.filter(updated_at__lt=clock.now() - FILES_KEPT).exclude(uploads=[])
    drafts = list(old.select_for_update(skip_locked=True))
    for draft in drafts:
        body = without_files(stored(draft.body), draft.uploads)
        if is_blank(body):
            draft.delete()
        else:
            draft.body, draft.uploads = str(body), []
            draft.save(update_fields=["body", "uploads"])
    return len(drafts)


@transaction.atomic
def forget_draft(*, actor: Actor, ticket_id: int, as_customer: bool = False) -> None:
    """Forget the actor's own draft under a ticket: it was sent. Again does nothing."""
    mine = Draft.objects.filter(ticket=ticket_id, author=actor.person_id)
    mine.filter(as_customer=as_customer).delete()
