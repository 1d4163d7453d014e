"""Signs of life: every call is one, and a heartbeat tells more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db.models import Q

from gis_platform.core import clock, prepared
from gis_platform.devices.models import Device, HourAlive

SEEN_EVERY = timedelta(seconds=60)  # a busy till does not rewrite its row with every receipt
HOURS_KEPT = timedelta(days=31)
PRUNED_MAX = 10_000  # rows a run


@dataclass(frozen=True, kw_only=True)
class Beat:
    """What a device tells of itself; what it leaves out stays as it was known."""

    firmware: str = ""
    battery_percent: int | None = None
    position: Point | None = None


def seen(device: Device) -> None:
    """Remembers that the device is alive, to the minute."""
    at = clock.now()
    if device.last_seen_at is not None and device.last_seen_at >= at - SEEN_EVERY:
        return
    stale = Q(last_seen_at=None) | Q(last_seen_at__lt=at - SEEN_EVERY)
    if Device.objects.filter(stale, pk=device.pk).update(last_seen_at=at):
        _count(device, at, minutes=1)


def beat(device: Device, told: Beat) -> datetime:
    """A heartbeat: alive now, with this firmware, battery and position; the time by our clock."""
    at = clock.now()
    known: dict[str, object] = {"last_seen_at": at}
    if told.firmware:
        known["firmware"] = told.firmware
    if told.battery_percent is not None:
        known["battery_percent"] = told.battery_percent
    if told.position is not None:
        known |= {"position": told.position, "position_at": at}
    Device.objects.filter(pk=device.pk).update(**known)
    if told.battery_percent is not None:
        _count(device, at, minutes=0, battery=told.battery_percent)
    return at


def prune() -> int:
    old = HourAlive.objects.filter(hour__lt=clock.now() - HOURS_KEPT)
    return HourAlive.objects.filter(pk__in=old.values("pk")[:PRUNED_MAX]).delete()[0]


def _count(device: Device, at: datetime, *, minutes: int, battery: int | None = None) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    prepared.row("device_hour", {"device": device.pk, "hour": hour, "minutes": minutes, "battery": battery})
