"""What a load balancer asks: is the process alive, and may it be sent requests?"""

from collections.abc import Callable

import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

from gis_platform.core import queues, workers

type Check = Callable[[], bool]

log = structlog.get_logger(__name__)
_migrated: set[str] = set()  # names of databases that were seen complete; a migration is not undone under a process


def healthz(_: HttpRequest) -> HttpResponse:
    """Alive: asks nothing of anybody, so that a database's outage does not restart every web process."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_: HttpRequest) -> HttpResponse:
    """Each check by name, true or false; 503 when one is false. Why one fails is told to the log alone."""
    checks = {name: _passes(name, check) for name, check in CHECKS.items()}
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _passes(name: str, check: Check) -> bool:
    try:
        return check()
    except (DatabaseError, RedisError, OSError) as error:
        log.warning("readiness check failed", check=name, error=type(error).__qualname__)
        return False


def _database_answers() -> bool:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _migrations_are_applied() -> bool:
    connection = connections[DEFAULT_DB_ALIAS]
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(name)
    return True


def _redis_answers() -> bool:
    return bool(queues.redis().ping())


def _workers_live() -> bool:
    return workers.living()["workers"]


def _dispatcher_lives() -> bool:
    return workers.living()["dispatcher"]


CHECKS: dict[str, Check] = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
    "redis": _redis_answers,
    "workers": _workers_live,
    "dispatcher": _dispatcher_lives,
}
