"""Typical problems: those that customers are offered, and all of them."""

from django.db.models import QuerySet

from otklik.tickets.models import TypicalProblem


def problem_rows() -> QuerySet[TypicalProblem]:
    """Return all problems in their order, with their types."""
    return TypicalProblem.objects.select_related("type", "category")


def offered_problems() -> QuerySet[TypicalProblem]:
    """Return what customers may begin with: offered, of a type that they may choose."""
    return problem_rows().filter(is_active=True, type__is_active=True, type__is_public=True)


def offered_problem(kind_key: str, key: str) -> TypicalProblem | None:
    """Return one of those by its key, if it is of the type."""
    if not key.isprintable():
        return None
    return offered_problems().filter(type__key=kind_key, key=key[:48]).first()
