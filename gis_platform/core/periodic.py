"""When the periodic jobs run: the claim and the promise to run are one transaction, whoever makes it."""

from datetime import datetime, timedelta

from django.db import transaction

from gis_platform.core import clock
from gis_platform.core.models import OutboxEntry, PeriodicRun
from gis_platform.core.outbox import PERIODIC, publish


def publish_due() -> list[str]:
    """Publishes the periodic jobs whose time has come, each once however many ask, and returns their topics."""
    at = clock.now()
    return [topic for topic, every in PERIODIC.items() if _publish(topic, every, at)]


@transaction.atomic
def _publish(topic: str, every: timedelta, at: datetime) -> bool:
    PeriodicRun.objects.bulk_create([PeriodicRun(name=topic, next_at=at)], ignore_conflicts=True)
    claimed = PeriodicRun.objects.filter(name=topic, next_at__lte=at).update(next_at=at + every)
    if claimed != 1 or OutboxEntry.objects.alive().filter(topic=topic).exists():
        return False
    # A job that fails for a week would fill the shelf: its latest failure says as much as all of them.
    OutboxEntry.objects.dead().filter(topic=topic).delete()
    publish(topic)
    return True
