"""Whether there is a desk."""

from otklik.core.models import Desk


def desk_is_set_up() -> bool:
    return Desk.objects.exists()
