"""The sensors as the monitor's table shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gis_platform.core import clock
from layers.sensors.models import Sensor
from layers.sensors.queries import LatestOfSensor, LatestReading
from maps.monitor.writing import FOREMOST, decimals, reading_text, unit_sign, value_text

LIVE, SILENT, EMPTY = "live", "silent", "empty"


@dataclass(frozen=True, kw_only=True)
class StreamLine:
    """One stream. `value` is text, empty when it never spoke; `state` is LIVE, SILENT or EMPTY (nothing ever came)."""

    key: str
    name: str
    value: str
    unit: str
    unit_code: str
    decimals: int
    observed_at: datetime | None
    state: str


@dataclass(frozen=True, kw_only=True)
class SensorLine:
    """One sensor with its streams, the foremost first. `label` is its foremost reading, for the map."""

    id: int
    name: str
    category: str
    category_title: str
    longitude: float
    latitude: float
    state: str
    label: str
    streams: tuple[StreamLine, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryCount:
    category: str
    title: str
    sensors: int


def sensor_lines(sensors: Iterable[LatestOfSensor]) -> list[SensorLine]:
    """By category, then by name."""
    titles = _titles()
    lines = [_sensor(sensor, titles.get(sensor["category"], sensor["category"])) for sensor in sensors]
    return sorted(lines, key=lambda line: (line.category_title, line.name, line.id))


def categories(lines: Iterable[SensorLine]) -> list[CategoryCount]:
    """The categories that occur, by title."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.category] = counts.get(line.category, 0) + 1
    titles = _titles()
    found = [
        CategoryCount(category=category, title=titles.get(category, category), sensors=count)
        for category, count in counts.items()
    ]
    return sorted(found, key=lambda count: count.title)


def newest(sensors: Iterable[LatestOfSensor]) -> datetime | None:
    """When the newest reading of all was taken; one dated ahead of the clock counts as of now."""
    times = [sensor["observed_at"] for sensor in sensors if sensor["observed_at"]]
    return min(max(times), clock.now()) if times else None


def _titles() -> dict[str, str]:
    return {value: str(title) for value, title in Sensor.Category.choices}


def _sensor(sensor: LatestOfSensor, category_title: str) -> SensorLine:
    readings = sorted(sensor["readings"], key=_rank)
    spoken = next((reading for reading in readings if reading["value"] is not None), None)
    return SensorLine(
        id=sensor["id"],
        name=sensor["name"],
        category=sensor["category"],
        category_title=category_title,
        longitude=sensor["lon"],
        latitude=sensor["lat"],
        state=LIVE if sensor["fresh"] else SILENT if readings else EMPTY,
        label=reading_text(spoken["value"], spoken["unit"]) if spoken and spoken["value"] is not None else "",
        streams=tuple(_stream(reading) for reading in readings),
    )


def _stream(reading: LatestReading) -> StreamLine:
    value, unit = reading["value"], reading["unit"]
    return StreamLine(
        key=reading["stream"],
        name=reading["name"] or reading["property"],
        value="" if value is None else value_text(value, unit),
        unit=unit_sign(unit),
        unit_code=unit,
        decimals=decimals(unit),
        observed_at=reading["observed_at"],
        state=LIVE if reading["fresh"] else EMPTY if value is None else SILENT,
    )


def _rank(reading: LatestReading) -> tuple[int, str]:
    code = reading["property"]
    return (FOREMOST.index(code) if code in FOREMOST else len(FOREMOST), reading["name"])
