"""What somebody has chosen to hear of by letter."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.mail.selectors.wanted import wants_news
from otklik.notifications.models import URGENT, LetterChoice, Notification
from otklik.notifications.policies import choice_of, written_kinds_for
from otklik.people.models import Account, Actor, EmailAddress


@dataclass(frozen=True, kw_only=True)
class LettersPage:
    """A choice as its page shows it."""

    address: str  # where letters go; "": nowhere
    is_wanted: bool
    choice: LetterChoice
    offered: list[tuple[str, str]]  # kinds with their names; none for customers


def letters_page(actor: Actor) -> LettersPage:
    account = Account.objects.select_related("letter_choice").get(pk=actor.account_id)
    own = EmailAddress.objects.filter(person=actor.person_id)
    return LettersPage(
        address=own.values_list("address", flat=True).first() or "",
        is_wanted=wants_news(actor),
        choice=choice_of(account),
        offered=[(kind, written_kind_label(kind)) for kind in written_kinds_for(actor)],
    )


def written_kind_label(kind: str) -> str:
    if kind == URGENT:
        return _("New message in an escalated ticket")
    return str(Notification.Kind(kind).label)
