"""The parts of a desk apart, any number of each on any number of machines."""

import click

from otklik.config.command.group import running_database, set_up_django
from otklik.config.environment import THREADS

BACKPRESSURE = 64
HEAD_MILLISECONDS = 30_000


@click.command()
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=3, show_default=True, type=click.IntRange(1, THREADS))
def web(processes: int, threads: int) -> None:
    """Serve pages and API."""
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server import Server

    named = running_database()
    Server(
        "otklik.config.proxied:application",
        address=named.host,
        port=named.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        backpressure=BACKPRESSURE,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS),
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


@click.command()
def live() -> None:
    """Serve the sockets of open pages."""
    import uvicorn

    from otklik.config.asgi import gateway, server_settings

    named = running_database()
    uvicorn.Server(server_settings(named, gateway(named))).run()


@click.command()
def worker() -> None:
    """Run jobs."""
    running_database()
    set_up_django()

    from otklik.core.worker import run_worker

    run_worker()
