"""Effects on the outside: promised in the caller's transaction, delivered after it, at least once.

PostgreSQL holds the promise. Redis only carries its id to a worker and may be lost at any moment. A handler takes ids,
may run twice, and lives in its room's jobs.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction

from gis_platform.core import actor, clock, leases, queues
from gis_platform.core.luhn import without_card_numbers
from gis_platform.core.models import OutboxEntry

CHANNEL = "outbox"  # of PostgreSQL's NOTIFY; wakes the dispatcher
BATCH = 200  # entries a dispatch
WAIT_FIRST_S = 5
WAIT_MAX_S = 3600
QUEUED_FOR = timedelta(seconds=60)  # after this long in the queue an id is taken for lost, and queued again
ERROR_LENGTH_MAX = 500

log = structlog.get_logger(__name__)


class PermanentFailure(Exception):
    """Raised by a handler when trying again is pointless: the entry goes to the dead-letter shelf at once."""


@dataclass(frozen=True, kw_only=True)
class Handler:
    run: Callable[..., None]
    queue: str = queues.DEFAULT
    timeout_s: int = 60
    attempts: int = 8


HANDLERS: dict[str, Handler] = {}
PERIODIC: dict[str, timedelta] = {}  # by topic
PERIODIC_PREFIX = "periodic:"


def handler[F: Callable[..., None]](
    topic: str, *, queue: str = queues.DEFAULT, timeout_s: int = 60, attempts: int = 8
) -> Callable[[F], F]:
    """Registers the function that delivers a topic; it is called with the payload as keyword arguments."""
    if queue not in queues.NAMES:
        raise ValueError(f"{queue!r} is not one of the queues {', '.join(queues.NAMES)}")

    def register(function: F) -> F:
        if topic in HANDLERS:
            raise ValueError(f"{topic!r} has a handler already: {HANDLERS[topic].run.__qualname__}")
        HANDLERS[topic] = Handler(run=function, queue=queue, timeout_s=timeout_s, attempts=attempts)
        return function

    return register


def periodic[F: Callable[[], None]](
    name: str, *, every_s: int, queue: str = queues.DEFAULT, timeout_s: int = 60, attempts: int = 3
) -> Callable[[F], F]:
    """Registers a function that runs every so many seconds, in one place at a time: a handler that publishes itself.

    A run that fails is tried again like any delivery; the next is not due before this one has ended.
    """

    def register(function: F) -> F:
        topic = PERIODIC_PREFIX + name
        PERIODIC[topic] = timedelta(seconds=every_s)
        return handler(topic, queue=queue, timeout_s=timeout_s, attempts=attempts)(function)

    return register


def publish(topic: str, **payload: Any) -> None:
    """Promises the effect, within the caller's transaction: both happen or neither.

    The payload holds ids and other JSON values. Raises LookupError for a topic that no room handles and RuntimeError
    outside of a transaction, where the promise could be kept although the change it belongs to was lost.
    """
    if topic not in HANDLERS:
        raise LookupError(f"no room handles the topic {topic!r}")
    if not connection.in_atomic_block:
        raise RuntimeError(f"{topic!r} is published outside of a transaction")
    at = clock.now()
    OutboxEntry.objects.create(topic=topic, payload=payload, actor=actor.current_actor(), published_at=at, due_at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def dispatch() -> int:
    """Queues what is due and not yet queued, at most BATCH, and returns how many.

    Two dispatchers take different entries. When Redis cannot be reached its error is raised and nothing is marked.
    """
    at = clock.now()
    with transaction.atomic():
        entries = list(
            OutboxEntry.objects.due(at)
            .unqueued(at)
            .select_for_update(skip_locked=True)
            .order_by("due_at", "pk")[:BATCH]
        )
        for entry in entries:
            kind = HANDLERS.get(entry.topic, UNKNOWN)
            queues.enqueue(
                kind.queue, "gis_platform.core.outbox.run", entry.pk,
                job_id=f"outbox-{entry.pk}-{entry.attempts}", timeout_s=kind.timeout_s,
            )  # fmt: skip
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(queued_until=at + QUEUED_FOR)
    return len(entries)


def run(entry_id: int) -> bool:
    """Delivers one entry, if it is due and nobody else is at it; returns whether it was delivered."""
    topic = OutboxEntry.objects.filter(pk=entry_id).values_list("topic", flat=True).first()
    kind = HANDLERS.get(topic or "", UNKNOWN)
    entry = leases.claim(entry_id, timeout_s=kind.timeout_s)
    if entry is None:
        return False
    with structlog.contextvars.bound_contextvars(topic=entry.topic, entry=entry.pk, attempt=entry.attempts):
        if entry.attempts > kind.attempts:  # a worker died on it each time, or this would have ended sooner
            leases.give_up(entry, error="the worker died on every attempt")
            return False
        try:
            with actor.on_behalf_of(entry.actor):
                kind.run(**entry.payload)
        except Exception as error:
            log.exception("delivery failed")
            _fail(entry, kind, error)
            return False
        return leases.finish(entry)


def wait(attempts: int) -> timedelta:
    """How long to wait after this many failures: twice as long each time, an hour at most.

    >>> [wait(n).seconds for n in (1, 2, 3, 20)]
    [5, 10, 20, 3600]
    """
    return timedelta(seconds=min(WAIT_FIRST_S * 2 ** (attempts - 1), WAIT_MAX_S))


def try_again(entry_id: int) -> bool:
    """Takes a dead letter off the shelf with a full count of attempts; False when it was not there."""
    with transaction.atomic():
        revived = OutboxEntry.objects.dead().filter(pk=entry_id).update(
            state=OutboxEntry.State.DUE, due_at=clock.now(), attempts=0, queued_until=None, finished_at=None
        )  # fmt: skip
    return revived == 1


def _handle_unknown(**payload: Any) -> None:
    # Perhaps a newer release published it and its worker has not started yet, so it is tried again like a failure.
    raise LookupError("no room handles this topic")


UNKNOWN = Handler(run=_handle_unknown)


def _fail(entry: OutboxEntry, kind: Handler, error: Exception) -> None:
    text = f"{type(error).__qualname__}: {without_card_numbers(str(error))}"[:ERROR_LENGTH_MAX]
    if isinstance(error, PermanentFailure) or entry.attempts >= kind.attempts:
        leases.give_up(entry, error=text)
    else:
        leases.put_off(entry, wait(entry.attempts), error=text)
