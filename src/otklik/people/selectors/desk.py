"""Whether there is a desk, and of which kind."""

from otklik.core.models import Desk


def desk_is_set_up() -> bool:
    return Desk.objects.exists()


def desk_is_demo() -> bool:
    """Tell whether the passwords of this desk are public."""
    return Desk.objects.filter(is_demo=True).exists()
