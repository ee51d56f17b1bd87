"""Lists of organizations."""

from django.db.models import Count, Q

from otklik.people.models import Actor, Organization
from otklik.people.models.contact import folded
from otklik.people.policies import ensure_staff
from otklik.people.selectors.paging import Page, read_cursor, write_cursor


def organization_page(
    *, actor: Actor, text: str = "", cursor: str = "", size: int = 50
) -> Page[Organization]:
    """Return organizations by name with their domains and `people_count`.

    `text` is any part of a name or domain. Raises NotFound for customers, Invalid.
    """
    ensure_staff(actor)
    organizations = Organization.objects.all()
    if wanted := folded(text.replace("\x00", "").encode("utf-8", "ignore").decode())[:100]:
        matching = Q(name__icontains=wanted) | Q(domains__domain__contains=wanted)
        organizations = organizations.filter(
            pk__in=Organization.objects.filter(matching).values("pk")
        )
    if key := read_cursor(cursor, (str, int)):
        name, pk = key
        organizations = organizations.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    rows = list(
        organizations.annotate(people_count=Count("people"))
        .prefetch_related("domains")
        .order_by("name", "pk")[: size + 1]
    )
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], write_cursor([last.name, last.pk]) if last else "")
