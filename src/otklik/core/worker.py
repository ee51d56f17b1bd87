"""The worker: runs jobs, and runs again those whose worker was killed."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Iterable
from typing import Final

from django.db import connections
from procrastinate.app import App, WorkerOptions
from procrastinate.connector import Notify
from procrastinate.contrib.django import app as desk_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job, Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from typing_extensions import override

from otklik.core import live
from otklik.core.bus import Bus, BusLost
from otklik.core.rounds import Rounds, is_ring

logger = logging.getLogger(__name__)

JOBS_AT_ONCE: Final = 4
HEARTBEAT_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 20.0
"""A worker that has been silent for so long is dead."""
RESCUE_SECONDS: Final = 5.0
MOST_ATTEMPTS: Final = 5
"""A job that outlived its worker so often is what kills it."""
PATIENCE_SECONDS: Final = 10.0
LOOKING_SECONDS: Final = 0.5
"""So long at most a job waits of which nobody told: procrastinate forgets a notice that comes while
it asks, and gives none when the job ends whose lock another one waits for."""
CLOSING_SECONDS: Final = 2.0
"""For giving back what a worker holds, once its jobs have ended or had their time."""
LIVES: Final = """
    SELECT id FROM procrastinate_workers
     WHERE id = %(worker_id)s AND last_heartbeat > now() - interval '60 seconds'
"""
OPTIONS: Final[WorkerOptions] = {
    "name": "otklik",
    "concurrency": JOBS_AT_ONCE,
    "delete_jobs": "successful",
    "install_signal_handlers": False,
    "fetch_job_polling_interval": LOOKING_SECONDS,
    "update_heartbeat_interval": HEARTBEAT_SECONDS,
    "stalled_worker_timeout": SILENT_SECONDS,
    "shutdown_graceful_timeout": PATIENCE_SECONDS,
}


class Connector(PsycopgConnector):
    """Listens so that it can be stopped while it is being told of jobs.

    Before Python 3.12 `asyncio.wait_for` forgets a cancellation that comes with the very notice
    it waits for, and procrastinate's listener stands on it: among many jobs it went on for ever.
    """

    @override
    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        ending = False

        async def tell(*, channel: str, payload: str) -> None:
            if ending:
                raise asyncio.CancelledError
            await on_notification(channel=channel, payload=payload)

        listening = asyncio.ensure_future(super().listen_notify(tell, channels))
        try:
            await asyncio.wait([listening])
        finally:
            ending = True
            while not listening.done():
                listening.cancel()
                await asyncio.wait([listening], timeout=0.1)
        listening.result()


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
    connector = Connector(kwargs=connector_params(), min_size=1, max_size=JOBS_AT_ONCE)
    rounds = Rounds()
    with desk_app.replace_connector(connector) as app:
        async with app.open_async():
            app.perform_import_paths()
            worker = Worker(app, **(app.worker_defaults | OPTIONS))
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, _stop, worker)
            rounds.start()
            listening = asyncio.create_task(_listen(live.open_bus(), rounds))
            tasks = [asyncio.create_task(worker.run()), asyncio.create_task(_tend(app, worker))]
            done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            _end_in_any_case()
            for task in done:
                task.result()
            worker.stop()
            for task in (tasks[1], listening):
                task.cancel()
            await asyncio.gather(tasks[0], asyncio.to_thread(rounds.end, PATIENCE_SECONDS))


async def _listen(bus: Bus, rounds: Rounds) -> None:
    """Pass on what the bus rings for; while it is lost, rounds are made now and then."""
    while True:
        try:
            async with bus.listen() as payloads:
                async for payload in payloads:
                    if is_ring(payload):
                        rounds.ring()
        except BusLost as lost:
            logger.warning("rings_are_lost: %s", lost)
        await asyncio.sleep(RESCUE_SECONDS)


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
    _end_in_any_case()


def _end_in_any_case() -> None:
    """Leave no process behind that waits for a database which never comes back."""
    timer = threading.Timer(PATIENCE_SECONDS + CLOSING_SECONDS, os._exit, [1])
    timer.daemon = True
    timer.start()
