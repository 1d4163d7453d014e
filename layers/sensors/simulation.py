"""Readings as a city's sensors could have sent them: the same for a stream, an instant and a seed, whoever asks when.

For the demo and for tests. Every value follows from its own instant, so two ranges that overlap agree where they do.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b

from layers.sensors.readings import Reading

DAY_S = 86_400
YEAR_S = 365.25 * DAY_S
DEMO_SEED = 2026


@dataclass(frozen=True, kw_only=True)
class SimulatedStream:
    """What the simulation knows of a stream. `zone` is where people get up and go to work."""

    key: str
    property: str
    every_s: int
    minimum: float | None = None
    maximum: float | None = None
    zone: tzinfo = UTC


def readings(stream: SimulatedStream, start: datetime, end: datetime, seed: int) -> Iterator[Reading]:
    """The stream's readings from `start` (included) to `end` (not included), at whole multiples of its interval."""
    every = stream.every_s
    second = math.ceil(start.timestamp() / every) * every
    while second < end.timestamp():
        at = datetime.fromtimestamp(second, UTC)
        yield Reading(stream.key, at, value(stream, at, seed))
        second += every


def value(stream: SimulatedStream, at: datetime, seed: int) -> float:
    """The value at one instant, within the stream's bounds, to two decimals."""
    course = COURSES.get(stream.property, _any_course)
    raw = course(_Moment(at, stream, seed))
    low = -math.inf if stream.minimum is None else stream.minimum
    high = math.inf if stream.maximum is None else stream.maximum
    return round(min(max(raw, low), high), 2)


class _Moment:
    """An instant as the courses need it."""

    def __init__(self, at: datetime, stream: SimulatedStream, seed: int) -> None:
        local = at.astimezone(stream.zone)
        self.second = at.timestamp()
        self.hour = local.hour + local.minute / 60
        self.weekend = local.weekday() >= 5
        self.city = str(seed)  # fronts and rain come over all sensors alike
        self.own = f"{seed}/{stream.key}"
        self.character = _noise(self.own, "character", 0)  # a quiet street stays quiet

    def season(self) -> float:
        """From -1 in mid January to 1 in mid July."""
        return -math.cos(2 * math.pi * (self.second / YEAR_S - 14 / 365.25))

    def sun(self) -> float:
        """From -1 before dawn to 1 at three in the afternoon, when air is warmest."""
        return math.cos(2 * math.pi * (self.hour - 15) / 24)

    def peak(self, hour: float, width_h: float) -> float:
        apart_h = (self.hour - hour + 12) % 24 - 12
        return math.exp(-((apart_h / width_h) ** 2))

    def drift(self, name: str, period_s: float) -> float:
        """Smooth noise from -1 to 1 whose hills are a period apart."""
        knot, within = divmod(self.second / period_s, 1)
        weight = within * within * (3 - 2 * within)
        return (1 - weight) * _noise(self.city, name, int(knot)) + weight * _noise(self.city, name, int(knot) + 1)

    def flicker(self, name: str) -> float:
        return _noise(self.own, name, int(self.second))

    def rush(self) -> float:
        """How busy the streets are, from nearly 0 at night to about 1 in the peaks of a working day."""
        day = 0.35 * self.peak(13, 6)
        peaks = 0.4 * day if self.weekend else 0.6 * self.peak(8, 1.2) + 0.65 * self.peak(17.3, 1.6)
        return (0.04 + day + peaks) * (1 + 0.35 * self.character)


def _noise(salt: str, name: str, step: int) -> float:
    """From -1 to 1, by hash: no state, so that no value depends on which were asked for before."""
    digest = blake2b(f"{salt}/{name}/{step}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**31 - 1


def _air_temperature(m: _Moment) -> float:
    swing = 2.5 + 1.8 * (1 + m.season())
    weather = 5 * m.drift("front", 3 * DAY_S) + 1.2 * m.drift("hours", 4 * 3600)
    return 6.5 + 11.5 * m.season() + swing * m.sun() + weather + 0.5 * m.character + 0.15 * m.flicker("air")


def _water_temperature(m: _Moment) -> float:
    return max(
        0.2, 9.5 + 9.5 * m.season() + 0.4 * m.sun() + 1.5 * m.drift("front", 5 * DAY_S) + 0.05 * m.flicker("water")
    )


def _precipitation(m: _Moment) -> float:
    """Dry most of the time; a front brings rain for some hours."""
    return max(0.0, 6 * m.drift("front", 2 * DAY_S) + 2 * m.drift("rain", 2 * 3600) - 3.5)


def _relative_humidity(m: _Moment) -> float:
    return 78 - 9 * m.season() - 11 * m.sun() + 9 * m.drift("front", 2 * DAY_S) + 0.8 * m.flicker("air")


def _air_pressure(m: _Moment) -> float:
    return 1013 + 17 * m.drift("front", 4 * DAY_S) + 3 * m.drift("hours", 9 * 3600) + 0.1 * m.flicker("air")


def _wind_speed(m: _Moment) -> float:
    base = 3.6 + 2.2 * m.drift("front", 2 * DAY_S) + 0.9 * m.sun()
    return abs(base * (1 + 0.25 * m.drift("gusts", 1800)) + 0.2 * m.flicker("air"))


def _wind_direction(m: _Moment) -> float:
    # South-west prevails here.
    return (225 + 110 * m.drift("front", 2 * DAY_S) + 12 * m.drift("hours", 3600) + 4 * m.flicker("air")) % 360


def _water_level(m: _Moment) -> float:
    spring_flood = math.exp(-((((m.second % YEAR_S) / DAY_S - 95) / 18) ** 2))
    return 0.75 + 1.6 * spring_flood + 0.3 * m.drift("rain", 5 * DAY_S) + 0.01 * m.flicker("waves")


def _particles(m: _Moment) -> float:
    heating = 1.25 - 0.6 * m.season()
    still_air = 1 + 0.6 * m.drift("still", DAY_S)
    return (7 + 9 * m.rush() + 6 * m.peak(21, 3) * heating) * heating * still_air + 0.8 * m.flicker("dust")


def _nitrogen_dioxide(m: _Moment) -> float:
    return (6 + 26 * m.rush()) * (1.1 - 0.2 * m.season()) * (1 + 0.3 * m.drift("still", DAY_S)) + m.flicker("air")


def _ozone(m: _Moment) -> float:
    """The sun makes it, and traffic eats it."""
    return 48 + 18 * m.season() + 16 * m.sun() - 12 * m.rush() + 8 * m.drift("still", DAY_S) + m.flicker("air")


def _mean_speed(m: _Moment) -> float:
    return 52 + 4 * m.character - 17 * m.rush() + 2 * m.drift("days", DAY_S) + 1.5 * m.flicker("cars")


def _traffic_flow(m: _Moment) -> float:
    return round(900 * m.rush() * (1 + 0.08 * m.drift("days", DAY_S) + 0.05 * m.flicker("cars")))


def _noise_level(m: _Moment) -> float:
    return 41 + 10 * math.log10(1 + 60 * m.rush()) + 1.5 * m.drift("wind", 3600) + 1.2 * m.flicker("cars")


def _occupancy(m: _Moment) -> float:
    """Of a car park, in per cent."""
    return 95 * m.peak(12.5, 4.5) * (0.6 if m.weekend else 0.9) * (1 + 0.08 * m.drift("days", DAY_S))


def _free_spaces(m: _Moment) -> float:
    return round(120 * (1 - _occupancy(m) / 100))


def _bicycle_flow(m: _Moment) -> float:
    return max(0, round(70 * m.rush() * (0.55 + 0.45 * m.season()) * (1 + 0.3 * m.drift("rain", DAY_S / 4))))


def _fill_level(m: _Moment) -> float:
    """Rises for three days, then the lorry comes."""
    offset = (m.character + 1) / 2
    return 100 * math.pow((m.second / (3 * DAY_S) + offset) % 1, 0.9)


def _any_course(m: _Moment) -> float:
    return 50 + 20 * m.sun() + 15 * m.drift("days", DAY_S) + m.flicker("any")


COURSES: dict[str, Callable[[_Moment], float]] = {
    "air_temperature": _air_temperature,
    "temperature": _air_temperature,
    "water_temperature": _water_temperature,
    "precipitation": _precipitation,
    "relative_humidity": _relative_humidity,
    "air_pressure": _air_pressure,
    "wind_speed": _wind_speed,
    "wind_direction": _wind_direction,
    "water_level": _water_level,
    "pm10": _particles,
    "pm2_5": lambda m: 0.6 * _particles(m),
    "no2": _nitrogen_dioxide,
    "o3": _ozone,
    "mean_speed": _mean_speed,
    "occupancy": _occupancy,
    "traffic_flow": _traffic_flow,
    "noise_level": _noise_level,
    "free_spaces": _free_spaces,
    "bicycle_flow": _bicycle_flow,
    "fill_level": _fill_level,
}
