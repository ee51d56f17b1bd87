"""The whole API, put together from what each app offers."""

from otklik.config.environment import environment
from otklik.core.api import Api, Bearer, install_refusals
from otklik.people.actions.tokens import actor_by_token
from otklik.people.api import router as people
from otklik.tickets.api import router as tickets

api = Api(
    title="Otklik",
    version="1",
    description="Everything that a person can do at the desk, for programs. "
    "Tokens are made on one's own page or by `otklik token create`.",
    docs_url="/docs",
    auth=Bearer(actor_by_token, environment().api_rate),
    urls_namespace="api",
)
install_refusals(api)
api.add_router("", tickets)
api.add_router("", people)
