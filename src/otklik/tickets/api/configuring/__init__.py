"""How the desk works, changed over the API by administrators: as on the pages of set-up."""

from ninja import Router

from otklik.tickets.api.configuring.categories import router as categories
from otklik.tickets.api.configuring.changes import router as changes
from otklik.tickets.api.configuring.fields import router as fields
from otklik.tickets.api.configuring.flows import router as flows
from otklik.tickets.api.configuring.problems import router as problems
from otklik.tickets.api.configuring.shared import (
    ensure_may_hear_of_configuration as ensure_may_hear_of_configuration,
)
from otklik.tickets.api.configuring.types import router as types

router = Router()
for part in (types, fields, categories, flows, problems, changes):
    router.add_router("", part)
