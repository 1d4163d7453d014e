"""Reads, those for the map and for plots through the window that shows published sensors alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, TypedDict, cast

from django.conf import settings
from django.db import connections
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis_platform.core import clock, sqlfiles
from gis_platform.core.database import PUBLISHED
from gis_platform.core.errors import InvalidInput, NotFound
from layers.sensors.models import Stream
from layers.sensors.simulation import SimulatedStream

SENSORS_MAX = 5_000
POINTS_MAX = 500  # of a plot; a screen shows no more
HOURS_MAX = 366 * 24
STEPS_S = (60, 300, 600, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)


class LatestReading(TypedDict):
    stream: str
    property: str
    name: str
    value: float | None
    unit: str
    observed_at: datetime | None
    fresh: bool


class LatestOfSensor(TypedDict):
    id: int
    name: str
    category: str
    lon: float
    lat: float
    observed_at: datetime | None
    fresh: bool
    readings: list[LatestReading]


class Latest(TypedDict):
    sensors: list[LatestOfSensor]


class Point(TypedDict):
    time: datetime
    mean: float
    minimum: float
    maximum: float
    count: int


class History(TypedDict):
    sensor: int
    stream: str
    property: str
    name: str
    unit: str
    start: datetime
    end: datetime
    step_s: int
    points: list[Point]


def latest(*, category: str = "") -> Latest:
    """The newest reading of every stream of every published sensor, by sensor id; SENSORS_MAX sensors at most.

    A stream that never spoke has value None. A sensor is fresh when each of its streams is: one that has fallen silent
    is reason enough to look.
    """
    rows = _rows("statements/sensors_latest", {"category": category, "limit": SENSORS_MAX})
    return {"sensors": [_sensor(list(group)) for _id, group in groupby(rows, key=lambda row: row["id"])]}


def history(sensor_id: int, *, stream: str = "", hours: int = 24) -> History:
    """The readings of one stream in the last hours, in steps of equal length that begin at whole UTC times.

    Without `stream` the sensor's only one. Means of directions (unit "deg") are those of the vectors. Raises NotFound
    for a sensor or stream that is not published, InvalidInput when the stream must be named.
    """
    found = _stream(sensor_id, stream)
    step_s = _step_s(hours=hours, expected_every_s=found["expected_every_s"])
    end = clock.now()
    start = end - timedelta(hours=hours)
    points = _rows(
        "statements/stream_history",
        {"stream_id": found["id"], "unit": found["unit"], "start": start, "end": end, "step_s": step_s},
    )
    return History(
        sensor=sensor_id,
        stream=found["key"],
        property=found["property"],
        name=localised(found, "property"),
        unit=found["unit"],
        start=start,
        end=end,
        step_s=step_s,
        points=cast(list[Point], points),
    )


def simulated_streams() -> list[SimulatedStream]:
    """Every stream as the simulation wants it, by key."""
    streams = Stream.objects.order_by("key").values_list(
        "key", "observed_property__code", "expected_every_s", "minimum", "maximum"
    )
    return [
        SimulatedStream(
            key=key, property=code, every_s=every_s, minimum=minimum, maximum=maximum, zone=settings.CITY.time_zone
        )
        for key, code, every_s, minimum, maximum in streams
    ]


def _stream(sensor_id: int, key: str) -> dict[str, Any]:
    streams = _rows("statements/sensor_streams", {"sensor_id": sensor_id})
    if not streams:
        raise NotFound(_("There is no such sensor, or it observes nothing."))
    keys = ", ".join(stream["key"] for stream in streams)
    if not key and len(streams) > 1:
        raise InvalidInput(_("Say which stream is meant: %(keys)s.") % {"keys": keys}, fields={"stream": keys})
    found = next((stream for stream in streams if key in ("", stream["key"])), None)
    if found is None:
        raise NotFound(_("The sensor has no such stream; it has %(keys)s.") % {"keys": keys})
    return found


def _step_s(*, hours: int, expected_every_s: int) -> int:
    """The shortest step with which a plot has no more than POINTS_MAX points, and no more points than readings.

    >>> _step_s(hours=24, expected_every_s=60), _step_s(hours=24, expected_every_s=3600)
    (300, 3600)
    """
    shortest = max(hours * 3600 / POINTS_MAX, expected_every_s)
    return next((step_s for step_s in STEPS_S if step_s >= shortest), STEPS_S[-1])


def _sensor(rows: list[dict[str, Any]]) -> LatestOfSensor:
    first = rows[0]
    readings = [
        LatestReading(
            stream=row["key"],
            property=row["property"],
            name=localised(row, "property"),
            value=row["value"],
            unit=row["unit"],
            observed_at=row["observed_at"],
            fresh=row["fresh"],
        )
        for row in rows
        if row["key"] is not None
    ]
    return LatestOfSensor(
        id=first["id"],
        name=localised(first, "name") or first["code"],
        category=first["category"],
        lon=first["lon"],
        lat=first["lat"],
        observed_at=max((reading["observed_at"] for reading in readings if reading["observed_at"]), default=None),
        fresh=bool(readings) and all(reading["fresh"] for reading in readings),
        readings=readings,
    )


def localised(row: Mapping[str, Any], column: str) -> str:
    """In the active language, else in the city's, else in any."""
    wanted = ((get_language() or "")[:2], *settings.CITY.languages)
    return next((text for language in wanted if (text := row.get(f"{column}_{language}"))), "")


def _rows(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(sqlfiles.load(statement), values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
