"""The processes behind the web server: one that takes work from the queues, one that puts it there."""

import signal
import time
from datetime import timedelta
from importlib import import_module
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, connections
from django.db.utils import InterfaceError, OperationalError
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker, worker_registration
from rq.serializers import JSONSerializer

from gis_platform.core import clock, outbox, periodic, queues

POLL_S = 1.0  # how late a retry or an abandoned entry may be seen; a fresh one wakes the dispatcher at once
WORKER_TTL_S = 60  # an idle worker says every 45 s that it lives
ALIVE_FOR = timedelta(seconds=100)  # without a sign of life, a worker counts as dead
DISPATCHER_KEY = "city:dispatcher"
DISPATCHER_ALIVE_S = 30

log = structlog.get_logger(__name__)


class CityWorker(Worker):
    """rq's worker, which stays visible when Redis has lost everything, and forks without a database connection."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)

    def fork_work_horse(self, job: Any, queue: Any) -> None:
        connections.close_all()
        super().fork_work_horse(job, queue)


def work(names: tuple[str, ...] = queues.NAMES, *, burst: bool = False) -> None:
    """Serves the queues, in this order of preference, until a signal ends it."""
    without_pool()
    for module in settings.JOB_MODULES:
        import_module(module)
    # rq blocks on Redis for up to 45 s, so this connection has no short time limit.
    worker = CityWorker(
        list(names), connection=Redis.from_url(settings.REDIS_URL), serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S, log_job_description=False,
    )  # fmt: skip
    worker.work(burst=burst, logging_level="WARNING")


def dispatch_forever() -> None:
    """Publishes periodic jobs and queues what is due, until SIGTERM or SIGINT; waits for lost servers to come back."""
    without_pool()
    stopping = Stopping()
    while not stopping:
        try:
            _listen()
            while not stopping:
                if _dispatch_once() < outbox.BATCH:
                    _wait_for_news()
        except (OperationalError, InterfaceError, RedisError) as error:
            log.warning("dispatcher lost a connection", error=type(error).__qualname__)
            connection.close()
            time.sleep(POLL_S)


class Stopping:
    """True once the process was asked to stop; the work at hand is ended first."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def __bool__(self) -> bool:
        return self._asked

    def _ask(self, *_: Any) -> None:
        self._asked = True


def living() -> dict[str, bool]:
    """Whether somebody takes work from the queues and somebody puts it there. Raises RedisError."""
    since = clock.now() - ALIVE_FOR
    beats = [worker.last_heartbeat for worker in Worker.all(connection=queues.redis(), serializer=JSONSerializer)]
    return {
        "workers": any(beat is not None and beat > since for beat in beats),
        "dispatcher": bool(queues.redis().exists(DISPATCHER_KEY)),
    }


def without_pool() -> None:
    """Gives this process plain connections: a pool's threads do not survive the fork of each job."""
    for alias in connections:
        connections[alias].close()
        connections.settings[alias].get("OPTIONS", {}).pop("pool", None)


def _dispatch_once() -> int:
    queues.redis().set(DISPATCHER_KEY, "alive", ex=DISPATCHER_ALIVE_S)
    periodic.publish_due()
    return outbox.dispatch()


def _listen() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {outbox.CHANNEL}")


def _wait_for_news() -> None:
    for _ in connection.connection.notifies(timeout=POLL_S, stop_after=1):
        pass
