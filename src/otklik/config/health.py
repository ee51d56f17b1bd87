"""How the machinery is asked whether the desk lives, is ready, and what it counts."""

import hmac
import ipaddress
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

Handler = Callable[[HttpRequest], HttpResponseBase]

SILENT_SECONDS: Final = 60
WORKERS: Final = """
    SELECT count(*) FROM procrastinate_workers
     WHERE last_heartbeat > now() - make_interval(secs => %s)
"""
JOBS: Final = "SELECT status, count(*) FROM procrastinate_jobs GROUP BY status"
NEWS: Final = """
    SELECT CASE WHEN failures = 0 THEN 'waiting' ELSE 'failed' END, count(*)
      FROM notifications_news GROUP BY 1
"""


class HealthMiddleware:
    """Answer the three addresses before anything that needs a host name, session or person."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.answers: dict[str, Handler] = {
            "/healthz": healthz,
            "/readyz": readyz,
            "/metrics": metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        response = answer(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Tell whether requests can be answered: 200, or 503 with what is missing."""
    checks = readiness()
    ready = all(word == "ok" for word in checks.values())
    body = {"status": "ok" if ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def readiness() -> dict[str, str]:
    """Check database, migrations and jobs, each "ok" or what is wrong with it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if not _migrated():
                return {"database": "ok", "migrations": "not applied", "jobs": "unknown"}
            cursor.execute(WORKERS, [SILENT_SECONDS])
            row = cursor.fetchone()
    except DatabaseError:
        return {"database": "not reachable", "migrations": "unknown", "jobs": "unknown"}
    return {"database": "ok", "migrations": "ok", "jobs": "ok" if row[0] else "no worker runs"}


def metrics(request: HttpRequest) -> HttpResponse:
    """Speak Prometheus to this machine, or to whoever shows METRICS_TOKEN."""
    if not _may_see_metrics(request):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class WorkCounts:
    """Collects how much work waits, runs and failed at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("otklik_jobs", "Jobs by status", labels=["status"])
        news = GaugeMetricFamily("otklik_news", "News nobody was told of yet", labels=["status"])
        try:
            with connection.cursor() as cursor:
                for gauge, asked in ((jobs, JOBS), (news, NEWS)):
                    cursor.execute(asked)
                    for status, number in cursor.fetchall():
                        gauge.add_metric([status], number)
        except DatabaseError:
            return
        yield from (jobs, news)

    def describe(self) -> Iterator[Metric]:
        return iter(())


REGISTRY.register(WorkCounts())


_known: dict[str, Any] = {}


def _migrated() -> bool:
    """Compare once with the files: what is applied stays so for as long as a process lives."""
    if "migrated" not in _known:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _known["migrated"] = True
    return True


def _may_see_metrics(request: HttpRequest) -> bool:
    token = settings.OTKLIK_METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is not None:
        return hmac.compare_digest(shown.encode(), token.encode())
    try:
        near = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return near and "X-Forwarded-For" not in request.headers
