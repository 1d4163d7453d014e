"""The room's housekeeping. Observations are kept for good: no retention has been decided."""

from datetime import timedelta

from gis_platform.core import clock
from gis_platform.core.outbox import periodic
from layers.sensors import services

AHEAD = (timedelta(), timedelta(days=28), timedelta(days=56))  # no step leaps over a month, so the next is among them


@periodic("sensors-create-partitions", every_s=6 * 3600)
def create_partitions() -> None:
    """Ahead of time, so that the first reading of a month does not make one in its transaction."""
    services.create_partitions(months=[clock.now() + ahead for ahead in AHEAD])


@periodic("sensors-trim-rejected", every_s=600)
def trim_rejected() -> None:
    services.trim_rejected()
