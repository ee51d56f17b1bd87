"""What mail shows in the places of other pages."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from markupsafe import Markup

from otklik.core import slots
from otklik.mail.actions.spam import TAG
from otklik.mail.policies import forwards_of, may_judge, may_tend_letters
from otklik.mail.selectors.log import doubtful_letters, waiting_count
from otklik.mail.selectors.outgoing import (
    MAY_GO_AGAIN,
    letters_of_messages,
    trouble_count,
    trouble_words,
)
from otklik.mail.selectors.reasons import warning_words
from otklik.mail.selectors.senders import writes_letters
from otklik.people.policies import asker_of
from otklik.tickets.models.whole import stamp_of
from otklik.tickets.selectors.shown import shown_ticket


@slots.fill("rail", order=50)
def rail(request: HttpRequest) -> Markup:
    """Show the way to letters that wait, to those who look after any; how many on mail's pages."""
    actor = asker_of(request)
    if actor is None or not may_tend_letters(actor):
        return Markup()
    is_mails = request.path.startswith(reverse("mail_log"))
    words = {
        "waiting": waiting_count(actor) if is_mails else 0,
        "unsent": trouble_count(actor) if is_mails else 0,
    }
    return Markup(render_to_string("mail/_rail.html", words, request))  # noqa: S704  # our own


@slots.fill_each("message")
def sent_states(request: HttpRequest, keys: Sequence[int]) -> Mapping[int, Markup]:
    """Show under each reply how its letter fares; asks nothing where the desk writes none."""
    ticket = shown_ticket.found(request)
    stamp = stamp_of(ticket) if ticket else None
    if stamp is not None and not writes_letters(stamp):
        return {}
    shown: dict[int, Markup] = {}
    match = request.resolver_match
    number = match.kwargs.get("number", "") if match else ""
    for key, letters in letters_of_messages(keys).items():
        words = {
            "key": key,
            "letters": letters,
            "back": reverse("ticket", args=[number]) if number else "/",
            "may_go_again": MAY_GO_AGAIN,
            "trouble_words": trouble_words,
        }
        drawn = render_to_string("mail/_letter_state.html", words, request)
        shown[key] = Markup(drawn)  # noqa: S704  # our own
    return shown


@slots.fill_each("message")
def doubts(request: HttpRequest, keys: Sequence[int]) -> Mapping[int, Markup]:
    """Say under what came as a letter what its reader should know of that."""
    shown: dict[int, Markup] = {}
    for letter in doubtful_letters(keys):
        if words := warning_words(letter.warnings):
            more = {"letter": letter, "words": words}
            drawn = render_to_string("mail/_letter_doubts.html", more, request)
            shown[letter.message_id or 0] = Markup(drawn)  # noqa: S704  # our own
    return shown


@slots.fill("setup", order=30)
def setup_links(request: HttpRequest) -> Markup:
    return Markup(render_to_string("mail/_setup_links.html", {}, request))  # noqa: S704  # our own


@slots.fill("setup_index", order=30)
def setup_cards(request: HttpRequest) -> Markup:
    return Markup(render_to_string("mail/_setup_cards.html", {}, request))  # noqa: S704  # our own


@slots.fill("ticket_head")
def passed_on(request: HttpRequest) -> Markup:
    """Offer to take the letter apart that opened a ticket and passes on another one."""
    ticket = shown_ticket.found(request)
    if ticket is None or not ticket.is_open or not may_judge(ticket):
        return Markup()
    letter = forwards_of(ticket.pk).first()
    if letter is None:
        return Markup()
    words = {"number": ticket.number, "writer": letter.forwarded_from}
    return Markup(render_to_string("mail/_ticket_head.html", words, request))  # noqa: S704  # our own


@slots.fill("ticket_side", order=50)
def letters_of_ticket(request: HttpRequest) -> Markup:
    """Show the way to the letters behind a ticket, and what calls it spam; asks nothing."""
    match = request.resolver_match
    number = str(match.kwargs.get("number", "")) if match else ""
    ticket = shown_ticket.found(request)
    words = {
        "number": number,
        "may_judge": ticket is not None and may_judge(ticket),
        "is_spam": ticket is not None and TAG in ticket.tags,
    }
    return Markup(render_to_string("mail/_ticket_side.html", words, request))  # noqa: S704  # our own
