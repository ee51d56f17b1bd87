"""Jobs whose worker was killed, and a worker that is told to stop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from procrastinate.worker import Worker

from otklik.core.worker import (
    LOOKING_SECONDS,
    MOST_ATTEMPTS,
    OPTIONS,
    SILENT_SECONDS,
    Connector,
    rescue_stalled_jobs,
)

pytestmark = pytest.mark.django_db


def make_job(*, silent_seconds: float, attempts: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_seconds],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
            " VALUES ('default', 'any', 'doing', %s, %s) RETURNING id",
            [worker, attempts],
        )
        return int(cursor.fetchone()[0])


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def test_a_job_of_a_silent_worker_waits_again_and_of_a_living_one_is_left_alone() -> None:
    dead = make_job(silent_seconds=SILENT_SECONDS + 1)
    alive = make_job(silent_seconds=0)

    async_to_sync(rescue_stalled_jobs)(app)
    async_to_sync(rescue_stalled_jobs)(app)

    assert (status_of(dead), status_of(alive)) == ("todo", "doing")


def test_a_job_that_kills_its_worker_each_time_fails_in_the_end() -> None:
    job = make_job(silent_seconds=SILENT_SECONDS + 1, attempts=MOST_ATTEMPTS)

    async_to_sync(rescue_stalled_jobs)(app)

    assert status_of(job) == "failed"


@contextmanager
def flooded(address: str, channel: str) -> Iterator[None]:
    """Notify without a pause, as among many jobs."""
    ended = threading.Event()

    def notify() -> None:
        with psycopg.connect(address, autocommit=True) as line:
            while not ended.is_set():
                line.execute("SELECT pg_notify(%s, 'news') FROM generate_series(1, 20)", [channel])

    thread = threading.Thread(target=notify)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_listener_ends_when_told_also_among_notices(database_address: str) -> None:
    async def listen_and_stop() -> bool:
        connector = Connector(conninfo=database_address)
        heard = asyncio.Event()

        async def hear(*, channel: str, payload: str) -> None:
            assert (channel, payload) == ("many_jobs", "news")
            heard.set()

        await connector.open_async()
        listening = asyncio.create_task(connector.listen_notify(hear, ["many_jobs"]))
        await asyncio.wait_for(heard.wait(), 60)
        listening.cancel()
        await asyncio.wait([listening], timeout=30)
        ended = listening.done() and listening.cancelled()
        while not listening.done():  # so that a listener which did not end fails the test alone
            listening.cancel()
            await asyncio.sleep(0.05)
        await connector.close_async()
        return ended

    with flooded(database_address, "many_jobs"):
        assert [asyncio.run(listen_and_stop()) for _ in range(5)] == [True] * 5


def test_a_job_begins_soon_after_the_one_whose_lock_it_waited_for() -> None:
    asyncio.run(one_after_another())


async def one_after_another() -> None:
    jobs = App(connector=InMemoryConnector())
    begun, done, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @jobs.task(name="first", lock="a server")
    async def first() -> None:
        begun.set()
        await go_on.wait()

    @jobs.task(name="second", lock="a server")
    async def second() -> None:
        done.set()

    async with jobs.open_async():
        worker = Worker(jobs, **OPTIONS)
        running = asyncio.create_task(worker.run())
        await first.defer_async()
        await begun.wait()
        await second.defer_async()
        await asyncio.sleep(0.1)  # it is told of the second one, and cannot begin it
        go_on.set()
        async with asyncio.timeout(LOOKING_SECONDS * 4):
            await done.wait()
        worker.stop()
        await running
