"""Who a token acts for, over the API."""

from typing import Any

from django.http import HttpRequest

from otklik.core.api import REFUSALS
from otklik.people.api import schemas
from otklik.people.api.router import new_router
from otklik.people.models import Department
from otklik.people.policies import actor_of

router = new_router()


@router.get("/me", response={200: schemas.MeOut, **REFUSALS}, summary="Read whom the token is of")
def get_me(request: HttpRequest) -> Any:
    """Read who asks and what the token may do; needs no scope."""
    actor = actor_of(request)
    places = Department.objects.filter(pk__in=actor.roles)
    return {
        "person": {"id": actor.person_id, "name": actor.name},
        "is_administrator": actor.is_administrator,
        "is_staff": actor.is_staff,
        "roles": [
            {"department": {"id": one.pk, "name": one.label}, "role": actor.roles[one.pk]}
            for one in places
        ],
        "language": actor.language,
        "time_zone": actor.time_zone,
        "scopes": sorted(actor.scopes),
    }
