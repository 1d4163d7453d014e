"""Core's housekeeping."""

from datetime import timedelta

from gis_platform.core import clock
from gis_platform.core.models import IdempotencyRecord, OutboxEntry
from gis_platform.core.outbox import periodic

DONE_KEPT_FOR = timedelta(days=14)  # long enough to answer "was it sent?"
PRUNED_MAX = 10_000  # rows a run, so that a backlog never makes one long transaction


@periodic("core-prune-outbox", every_s=3600)
def prune_outbox() -> None:
    """Forgets what was delivered long ago; dead letters stay until a person has seen to them."""
    before = clock.now() - DONE_KEPT_FOR
    old = OutboxEntry.objects.filter(state=OutboxEntry.State.DONE, finished_at__lt=before)
    OutboxEntry.objects.filter(pk__in=old.values("pk")[:PRUNED_MAX]).delete()


@periodic("core-prune-idempotency", every_s=3600)
def prune_idempotency() -> None:
    expired = IdempotencyRecord.objects.filter(expires_at__lt=clock.now())
    IdempotencyRecord.objects.filter(pk__in=expired.values("pk")[:PRUNED_MAX]).delete()
