"""Views that people save for themselves."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid, NotFound
from otklik.core.text import clean_line
from otklik.people.models import Actor
from otklik.tickets.models import SavedView
from otklik.tickets.selectors.query.conditions import criteria
from otklik.tickets.selectors.query.naming import Asking
from otklik.tickets.selectors.query.parser import parse

MOST_VIEWS = 30
LONGEST_NAME = 80


@transaction.atomic
def save_view(*, asking: Asking, name: str, query: str, sort: str = "-updated") -> SavedView:
    """Keep a query under a name. The same name again keeps the new query in its place.

    Raises Invalid without a name or beyond thirty views, QueryRefused.
    """
    name, query = _checked_name(name), clean_line(query)
    criteria(parse(query), asking, open_by_default=True)
    mine = SavedView.objects.select_for_update().filter(account=asking.actor.account_id)
    if known := mine.filter(name=name).first():
        return _replaced(known, query, sort)
    if mine.count() >= MOST_VIEWS:
        raise Invalid(
            fields={
                "name": _("You have %(count)d views; delete one first.") % {"count": MOST_VIEWS}
            }
        )
    last = mine.order_by().aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    view = SavedView(account_id=asking.actor.account_id, name=name, position=position)
    view.query, view.sort = query, sort
    try:
        with transaction.atomic():
            view.save(force_insert=True)
    except IntegrityError:  # the same name at the same moment, from another window
        return _replaced(mine.get(name=name), query, sort)
    return view


def _replaced(view: SavedView, query: str, sort: str) -> SavedView:
    view.query, view.sort = query, sort
    view.save(update_fields=["query", "sort"])
    return view


def _checked_name(name: str) -> str:
    name = clean_line(name).strip()
    if not name:
        raise Invalid(fields={"name": _("Give the view a name.")})
    if len(name) > LONGEST_NAME:
        raise Invalid(
            fields={
                "name": _("This is %(count)d characters long; at most %(most)d fit.")
                % {"count": len(name), "most": LONGEST_NAME}
            }
        )
    return name


@transaction.atomic
def rename_view(*, actor: Actor, view_id: int, name: str) -> SavedView:
    """Give a view another name. Raises NotFound, Invalid when another view has that name."""
    view = _own(actor, view_id)
    view.name = _checked_name(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError:
        raise Invalid(fields={"name": _("Another of your views has this name.")}) from None
    return view


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int) -> SavedView:
    """Take a view away and return it as it was, to be able to bring it back. Raises NotFound."""
    view = _own(actor, view_id)
    SavedView.objects.filter(pk=view.pk).delete()
    return view


@transaction.atomic
def order_views(*, actor: Actor, order: Sequence[int]) -> None:
    """Put the actor's views into an order; those not named come after, as they were."""
    views = {view.pk: view for view in SavedView.objects.filter(account=actor.account_id)}
    named = [views[pk] for pk in dict.fromkeys(order) if pk in views]
    rest = [view for view in views.values() if view not in named]
    for position, view in enumerate([*named, *rest]):
        view.position = position
    SavedView.objects.bulk_update(views.values(), ["position"])


def _own(actor: Actor, view_id: int) -> SavedView:
    view = (
        SavedView.objects.select_for_update().filter(pk=view_id, account=actor.account_id).first()
    )
    if view is None:
        raise NotFound
    return view
