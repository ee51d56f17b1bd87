"""The live gateway, alone or with the pages beside it on one port; knows nothing of Django."""

from typing import Any

import uvicorn

from otklik.config.environment import Environment
from otklik.core.gateway import (
    SERVER_OPTIONS,
    Application,
    Gateway,
    GatewaySettings,
    make_gateway,
)
from otklik.core.heads import PromptHeads

GRACE_SECONDS = 5


def gateway(environment: Environment, *, beside: Application | None = None) -> Gateway:
    """Make the gateway of the desk, with the pages beside it if they are given."""
    settings = GatewaySettings(
        secret_key=environment.secret_key,
        conninfo=environment.database_url or "",
        bus_url=environment.bus_url,
        allowed_hosts=environment.allowed_hosts,
        secure=environment.base_url.startswith("https:"),
    )
    return make_gateway(settings, beside=beside)


def server_settings(environment: Environment, application: Application) -> uvicorn.Config:
    """Say how uvicorn serves: quiet, patient with open sockets, trusting named proxies only."""
    proxies: dict[str, Any] = {
        "proxy_headers": bool(environment.trusted_proxies),
        "forwarded_allow_ips": [str(network) for network in environment.trusted_proxies],
    }
    return uvicorn.Config(
        application,
        host=environment.host,
        port=environment.port,
        lifespan="on",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        http=PromptHeads,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **proxies,
        **SERVER_OPTIONS,
    )
