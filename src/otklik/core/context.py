"""What every page knows without asking."""

from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from markupsafe import Markup

from otklik.core.accent import sheet_address
from otklik.core.carried import Carried, asker, has_failed, theme
from otklik.core.kept import Kept
from otklik.core.models import Desk
from otklik.core.models.desk import MESSAGE_LIMIT
from otklik.core.spoken import known_languages, speakable
from otklik.core.texts import texts_in

FRESH = 5.0  # seconds for which the desk's name and colour are not read again

_KEPT: Final = Kept[tuple[float, Desk | None]]()
forget: Final = _KEPT.drop


def desk() -> Desk | None:
    """Return the desk's own row, at most some seconds old; None before it is set up."""
    _at, row = _KEPT.get(_is_fresh, lambda: (monotonic(), Desk.objects.first()))
    return row


def desk_mark() -> str:
    """Return what tells letters of this desk from those of others; empty before it is set up."""
    row = known_desk() or desk()  # it never changes
    return row.mark.hex if row else ""


def known_desk() -> Desk | None:
    """Return the row as it was last read here, however long ago, without asking for it."""
    _at, row = _KEPT.last() or (0, None)
    return row


def _is_fresh(kept: tuple[float, Desk | None]) -> bool:
    at, row = kept
    return row is not None and monotonic() - at <= FRESH


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates the actor (None for a visitor), the company, and what was just done.

    A page that says what failed asks the database nothing: it may be what failed.
    """
    row = known_desk() if has_failed.found(request) else desk()
    actor = asker.found(request)
    return {
        "_": texts_in(get_language()),
        "csrf_token": SimpleLazyObject(lambda: _csrf(request).token),
        "csrf_input": SimpleLazyObject(lambda: _csrf(request).field),
        "actor": actor,
        "theme": theme.found(request) or "",
        "company": row.company if row else "Otklik",
        "languages": speakable(row.languages) if row else known_languages(),
        "is_demo": row is not None and row.is_demo,
        "accent": sheet_address(row.hue) if row else "",
        "message_limit": row.message_limit if row else MESSAGE_LIMIT,
        "file_limit": _file_limit(row, actor),
        "messages": get_messages(request),
    }


def _file_limit(row: Desk | None, actor: Any) -> int:
    if row is None:
        return settings.OTKLIK_FILE_LIMIT
    is_customer = actor is not None and not actor.is_staff
    smaller = row.customer_file_limit if is_customer else None
    return min(row.file_limit, smaller or row.file_limit)


@dataclass(frozen=True)
class _Csrf:
    token: str
    field: Markup


_MADE: Final = Carried[_Csrf]("csrf_made")


def _csrf(request: HttpRequest) -> _Csrf:
    """Make one token a page: it is masked anew in each answer, not in each of its forms."""
    made = _MADE.found(request)
    if made is None:
        token = get_token(request)
        field = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">')
        made = _MADE.leave(request, _Csrf(token, field.format(token)))
    return made
