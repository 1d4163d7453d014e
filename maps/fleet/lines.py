"""A device as the list, the map and the export show it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gis_platform.core.errors import Text
from gis_platform.devices.models import Device
from gis_platform.devices.queries import State

STATES: dict[State, tuple[Text, str]] = {
    State.OK: (_("working"), "good"),
    State.SILENT: (_("silent"), "bad"),
    State.NEVER: (_("never heard"), "warn"),
    State.REVOKED: (_("revoked"), "off"),
}
BATTERY_LOW = 20  # per cent


@dataclass(frozen=True, kw_only=True)
class Line:
    """`where` is the name of its place or merchant."""

    code: str
    role: str
    where: str
    state: str
    tone: str
    firmware: str
    battery_percent: int | None
    battery_low: bool
    last_seen_at: datetime | None


def line_of(device: Device, state: str) -> Line:
    """The state is that which `queries.fleet` has found."""
    word, tone = STATES[State(state)]
    battery = device.battery_percent
    return Line(
        code=device.code,
        role=device.get_role_display(),
        where=str(device.place or device.merchant or ""),
        state=str(word),
        tone=tone,
        firmware=device.firmware,
        battery_percent=battery,
        battery_low=battery is not None and battery < BATTERY_LOW,
        last_seen_at=device.last_seen_at,
    )


def in_words(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes % 1440 == 0:
        return ngettext("{count} day", "{count} days", minutes // 1440).format(count=minutes // 1440)
    if minutes % 60 == 0:
        return ngettext("{count} hour", "{count} hours", minutes // 60).format(count=minutes // 60)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def position_of(device: Device) -> Point | None:
    """What the device itself told; else where it was put up."""
    if device.position is not None:
        return device.position
    stands = device.place or device.merchant
    return None if stands is None else stands.geometry


def on_map(devices: list[tuple[Device, str]]) -> dict[str, Any]:
    """GeoJSON of those that stand somewhere."""
    placed = ((device, state, position_of(device)) for device, state in devices)
    features = [_feature(device, state, point) for device, state, point in placed if point is not None]
    return {"type": "FeatureCollection", "features": features}


def _feature(device: Device, state: str, point: Point) -> dict[str, Any]:
    line = line_of(device, state)
    told = {name: asdict(line)[name] for name in ("code", "role", "where", "state", "tone")}
    coordinates = [round(point.x, 6), round(point.y, 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": told | {"url": reverse("fleet-device", args=[device.code])},
    }
