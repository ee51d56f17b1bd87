"""The worker: runs jobs, and runs again those whose worker was killed."""

import asyncio
import logging
import os
import signal
import threading
from typing import Final

from django.db import connections
from procrastinate.app import App, WorkerOptions
from procrastinate.contrib.django import app as desk_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job, Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

logger = logging.getLogger(__name__)

JOBS_AT_ONCE: Final = 4
HEARTBEAT_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 20.0
"""A worker that has been silent for so long is dead."""
RESCUE_SECONDS: Final = 5.0
MOST_ATTEMPTS: Final = 5
"""A job that outlived its worker so often is what kills it."""
PATIENCE_SECONDS: Final = 10.0
LIVES: Final = """
    SELECT id FROM procrastinate_workers
     WHERE id = %(worker_id)s AND last_heartbeat > now() - interval '60 seconds'
"""
OPTIONS: Final[WorkerOptions] = {
    "name": "otklik",
    "concurrency": JOBS_AT_ONCE,
    "delete_jobs": "successful",
    "install_signal_handlers": False,
    "update_heartbeat_interval": HEARTBEAT_SECONDS,
    "stalled_worker_timeout": SILENT_SECONDS,
    "shutdown_graceful_timeout": PATIENCE_SECONDS,
}


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
            app.perform_import_paths()
            worker = Worker(app, **(app.worker_defaults | OPTIONS))
            tasks = [asyncio.create_task(worker.run()), asyncio.create_task(_tend(app, worker))]
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, _stop, worker)
            done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            _end_in_any_case()
            for task in done:
                task.result()
            worker.stop()
            tasks[1].cancel()
            await tasks[0]


async def _tend(app: App, worker: Worker) -> None:
    """Rescue jobs now and then; return once this worker is no longer known as living.

    The process ends then and is started again: a worker whose tasks died while the
    database was away would otherwise stand there for ever and do nothing.
    """
    while True:
        await asyncio.sleep(RESCUE_SECONDS)
        try:
            await rescue_stalled_jobs(app)
            rows = await app.connector.execute_query_all_async(LIVES, worker_id=worker.worker_id)
        except Exception:  # the database may be away for a while; the worker outlives that
            logger.exception("rescue_failed")
        else:
            if not rows:
                logger.error("worker_lost_its_place")
                return


def _stop(worker: Worker) -> None:
    worker.stop()
    asyncio.get_running_loop().call_later(PATIENCE_SECONDS, _end_in_any_case)


def _end_in_any_case() -> None:
    """Leave no process behind that waits for a database which never comes back."""
    timer = threading.Timer(PATIENCE_SECONDS, os._exit, [1])
    timer.daemon = True
    timer.start()
