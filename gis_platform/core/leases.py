"""Who works on an outbox entry: one attempt at a time holds the lease, and only that one may end it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.db.models import F

from gis_platform.core import clock
from gis_platform.core.models import OutboxEntry

# rq kills a job a minute after its time limit. The lease lasts longer, so the next attempt finds the last one over.
MARGIN = timedelta(seconds=90)

log = structlog.get_logger(__name__)


def claim(entry_id: int, *, timeout_s: int) -> OutboxEntry | None:
    """The entry with a lease of ours and one more attempt counted; None when it is not due or somebody has it."""
    at, lease = clock.now(), uuid4()
    claimed = OutboxEntry.objects.due(at).filter(pk=entry_id).update(
        state=OutboxEntry.State.RUNNING, attempts=F("attempts") + 1, lease=lease,
        lease_until=at + timedelta(seconds=timeout_s) + MARGIN,
    )  # fmt: skip
    return OutboxEntry.objects.filter(pk=entry_id, lease=lease).first() if claimed == 1 else None


def finish(entry: OutboxEntry) -> bool:
    return _settle(entry, state=OutboxEntry.State.DONE, error="", finished_at=clock.now())


def give_up(entry: OutboxEntry, *, error: str) -> bool:
    return _settle(entry, state=OutboxEntry.State.DEAD, error=error, finished_at=clock.now())


def put_off(entry: OutboxEntry, wait: timedelta, *, error: str) -> bool:
    return _settle(entry, state=OutboxEntry.State.DUE, error=error, due_at=clock.now() + wait)


def _settle(entry: OutboxEntry, **values: Any) -> bool:
    """Gives the lease back. A worker that lost it meanwhile changes nothing: another one has the entry now."""
    ours = OutboxEntry.objects.filter(pk=entry.pk, state=OutboxEntry.State.RUNNING, lease=entry.lease)
    settled = ours.update(lease=None, lease_until=None, queued_until=None, **values)
    if settled != 1:
        log.warning("lease was lost", entry=entry.pk)
    return settled == 1
