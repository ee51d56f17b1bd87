from django.db.models import Q

from otklik.people.models import Person


def colleagues() -> list[Person]:
    """Return everybody who may be given work, by name."""
    staff = Q(memberships__isnull=False) | Q(account__is_administrator=True)
    people = Person.objects.filter(staff, account__is_active=True).distinct()
    return sorted(people, key=lambda one: one.name)
