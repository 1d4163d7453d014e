"""Prometheus' view of the platform.

Several web processes share one set of figures when PROMETHEUS_MULTIPROC_DIR names a folder, emptied before they start;
without it each process tells its own.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

from django.db import DatabaseError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from gis_platform.core import queues
from gis_platform.core.models import OutboxEntry

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
SERIES_REMEMBERED = 4096
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("city_requests", "Requests answered", ["method", "route", "status"])
LATENCY = Histogram("city_request_seconds", "Seconds to the answer", ["method", "route"], buckets=BUCKETS_S)


def count_request(request: HttpRequest, *, status: int, seconds: float) -> None:
    """Counts by route name, not by path: a path holds ids, and each would be a series of its own."""
    method = request.method if request.method in METHODS else "other"
    match = request.resolver_match
    route = (match.view_name if match.url_name else match.route) if match else "unmatched"
    answered, latency = _series(method, route, status)
    answered.inc()
    latency.observe(seconds)


@lru_cache(maxsize=SERIES_REMEMBERED)
def _series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, str(status)), LATENCY.labels(method, route)


def metrics(_: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format."""
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


class Backlog(Collector):
    """Asked at each scrape: what waits in PostgreSQL and in Redis. A store that is down leaves its figures out."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        outbox = GaugeMetricFamily("city_outbox_entries", "Outbox entries by state", labels=["state"])
        with suppress(DatabaseError):
            for state, count in _outbox_counts().items():
                outbox.add_metric([state], count)
        waiting = GaugeMetricFamily("city_queue_jobs", "Jobs that wait in an rq queue", labels=["queue"])
        with suppress(RedisError):
            for name, length in queues.lengths().items():
                waiting.add_metric([name], length)
        return outbox, waiting


def _outbox_counts() -> dict[str, int]:
    # What is done is left out: it is the bulk of the table, and the partial indexes do not need it.
    alive = OutboxEntry.objects.alive().aggregate(
        due=Count("pk", filter=Q(state=OutboxEntry.State.DUE)),
        running=Count("pk", filter=Q(state=OutboxEntry.State.RUNNING)),
    )
    return alive | {"dead": OutboxEntry.objects.dead().count()}


def _registry() -> CollectorRegistry:
    """One a scrape, as prometheus-client asks for when several processes share their figures."""
    registry = CollectorRegistry()
    registry.register(Backlog())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    return registry
