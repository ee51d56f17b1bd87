"""The worker: runs jobs, and runs again those whose worker was killed."""

import asyncio
import contextlib
import logging
from typing import Final

from django.db import connections
from procrastinate.app import App
from procrastinate.contrib.django import app as desk_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job, Status
from procrastinate.psycopg_connector import PsycopgConnector

logger = logging.getLogger(__name__)

JOBS_AT_ONCE: Final = 4
HEARTBEAT_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 20.0
"""A worker that has been silent for so long is dead."""
RESCUE_SECONDS: Final = 5.0
MOST_ATTEMPTS: Final = 5
"""A job that outlived its worker so often is what kills it."""
PATIENCE_SECONDS: Final = 10.0


def run_worker() -> None:
    """Run jobs until SIGINT or SIGTERM; started jobs are given PATIENCE_SECONDS to end."""
    asyncio.run(_run())
    connections.close_all()


async def rescue_stalled_jobs(app: App) -> list[Job]:
    """Put the jobs of silent workers back into the queue (procrastinate issue 1518).

    A job that was rescued MOST_ATTEMPTS times is marked failed. Safe to run twice and at once.
    """
    jobs = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS)
    for job in jobs:
        logger.warning("stalled_job", extra={"job_id": job.id, "attempts": job.attempts})
        if job.attempts >= MOST_ATTEMPTS:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)
    return list(jobs)


async def _run() -> None:
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=JOBS_AT_ONCE)
    with desk_app.replace_connector(connector) as app:
        async with app.open_async():
            rescue = asyncio.create_task(_rescue_for_ever(app))
            await app.run_worker_async(
                name="otklik",
                concurrency=JOBS_AT_ONCE,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=PATIENCE_SECONDS,
            )
            rescue.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescue


async def _rescue_for_ever(app: App) -> None:
    while True:
        try:
            await rescue_stalled_jobs(app)
        except Exception:  # the database may be away for a while; the worker outlives that
            logger.exception("rescue_failed")
        await asyncio.sleep(RESCUE_SECONDS)
