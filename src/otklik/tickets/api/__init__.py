"""Tickets, and how the desk is set up, over the API."""

from ninja import Router

from otklik.tickets.api.configuration import router as configuration
from otklik.tickets.api.configuring import (
    ensure_may_hear_of_configuration as ensure_may_hear_of_configuration,
)
from otklik.tickets.api.configuring import router as configuring
from otklik.tickets.api.following import router as following
from otklik.tickets.api.notes import router as notes
from otklik.tickets.api.rating import router as rating
from otklik.tickets.api.repeating import ensure_may_hear_of_tickets as ensure_may_hear_of_tickets
from otklik.tickets.api.repeating import ensure_may_hear_of_uploads as ensure_may_hear_of_uploads
from otklik.tickets.api.routes import router as tickets
from otklik.tickets.api.searching import router as searching
from otklik.tickets.api.uploads import router as uploads
from otklik.tickets.api.views import router as views

router = Router()
router.add_router("", tickets)
router.add_router("", uploads)
router.add_router("", following)
router.add_router("", notes)
router.add_router("", rating)
router.add_router("", searching)
router.add_router("", views)
router.add_router("", configuration)
router.add_router("/configuration", configuring)
