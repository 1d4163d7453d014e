"""Prometheus' view of the platform."""

from django.http import HttpRequest
from prometheus_client import Counter, Histogram

REQUESTS = Counter("city_requests_total", "Requests answered", ["method", "route", "status"])
LATENCY = Histogram("city_request_seconds", "Seconds to an answer", ["method", "route"])
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def count_request(request: HttpRequest, *, status: int, seconds: float) -> None:
    """Counts by route name, not by path: a path holds ids, and each would be a series of its own."""
    method = request.method if request.method in METHODS else "other"
    match = request.resolver_match
    route = (match.view_name or match.route) if match else "unmatched"
    REQUESTS.labels(method, route, str(status)).inc()
    LATENCY.labels(method, route).observe(seconds)
