"""What the demo's devices have told of themselves: most work, some are silent or were never heard, one is revoked."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point

from gis_platform.core import clock
from gis_platform.demo.land import ACTOR
from gis_platform.devices import services
from gis_platform.devices.models import Device, HourAlive
from layers.places.models import Place

SEED = 1919
DAYS = 14
PATIENCE_MINUTES = 30 * 24 * 60
FIRMWARE = {
    Device.Role.TILL: ("till 4.2.0", "till 4.1.3"),
    Device.Role.VALIDATOR: ("validator 2.9.1", "validator 2.8.0"),
    Device.Role.LIBRARY: ("sip2-desk 1.4",),
    Device.Role.SCHOOL: ("reader 3.0.2", "reader 2.7.9"),
    Device.Role.CLINIC: ("reader 3.0.2",),
    Device.Role.GATEWAY: ("lora-gw 5.1",),
}
ON_A_BATTERY = frozenset({Device.Role.VALIDATOR, Device.Role.SCHOOL})
ALWAYS_ON = frozenset({Device.Role.GATEWAY, Device.Role.CAMERA, Device.Role.DISPLAY})


def load_fleet() -> dict[str, int]:
    """Adds a fortnight of signs of life, once."""
    if HourAlive.objects.exists():
        return {}
    _gateways()
    chance, now = random.Random(SEED), clock.now()  # noqa: S311 a demo, not a secret
    devices = list(Device.objects.filter(last_seen_at=None, revoked_at=None).order_by("code"))
    heard = [device for number, device in enumerate(devices) if number % 11 != 10]
    hours = [hour for number, device in enumerate(heard) for hour in _life(device, number, chance, now)]
    HourAlive.objects.bulk_create(hours)
    told = [
        "silent_after_minutes",
        "firmware",
        "battery_percent",
        "last_seen_at",
        "created_at",
        "position",
        "position_at",
    ]
    Device.objects.bulk_update(heard, told)
    if heard:
        services.revoke(heard[-1], actor=ACTOR, reason="stolen at the bus depot")
    return {"hours of devices": len(hours)}


def _gateways() -> None:
    """One on the roof of each library: it never sleeps, so its silence is noticed within minutes."""
    for number, place in enumerate(Place.objects.filter(category="library").order_by("code")[:3], start=1):
        Device.objects.get_or_create(code=f"gateway-{number}", defaults={"role": Device.Role.GATEWAY, "place": place})


def _life(device: Device, number: int, chance: random.Random, now: datetime) -> Iterator[HourAlive]:
    """Its hours; every seventh fell silent some days ago, and beyond what its role may be silent for."""
    silent = number % 7 == 3
    ended = now - device.silent_after - timedelta(hours=chance.uniform(2, 60)) if silent else now
    device.created_at = now - timedelta(days=DAYS + chance.uniform(30, 400))
    device.firmware = chance.choice(FIRMWARE.get(Device.Role(device.role), ("1.0",)))
    # Nobody sends heartbeats for the demo: what works should still do so when it is looked at in some weeks.
    device.silent_after_minutes = None if silent else PATIENCE_MINUTES
    device.last_seen_at = ended - timedelta(seconds=chance.uniform(20, 200))
    battery = chance.uniform(60, 100) if device.role in ON_A_BATTERY else None
    hour = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    while hour <= device.last_seen_at:
        if battery is not None:
            battery = 100.0 if battery < 15 else battery - chance.uniform(0.2, 0.9)
        if device.role in ALWAYS_ON or clock.local(hour).hour in range(7, 21):
            minutes = 60 if device.role in ALWAYS_ON else chance.choice((0, 6, 12, 30, 44, 58))
            told = None if battery is None else round(battery)
            yield HourAlive(device=device, hour=hour, minutes=minutes, battery_percent=told)
        hour += timedelta(hours=1)
    device.battery_percent = None if battery is None else round(battery)
    if device.role == Device.Role.VALIDATOR and device.merchant is not None:
        at = device.merchant.geometry  # a bus is somewhere along its way
        device.position = Point(at.x + chance.uniform(-0.02, 0.02), at.y + chance.uniform(-0.008, 0.008), srid=4326)
        device.position_at = device.last_seen_at
