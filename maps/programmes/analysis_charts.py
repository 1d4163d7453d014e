"""Plots as SVG that the server draws: they need no script, print well, and stand beside a table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 124, 8, 12, 28  # left: “60 000,00 €” in a phone's letters
STEPS = (1, 2, 5, 10)
TICKS = 4
DAY_TICKS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A course with its name for the legend; `place` is its colour's number."""

    name: str
    values: Sequence[int]
    place: int

    def at(self, value: int) -> int:
        return self.values[value]


@dataclass(frozen=True, slots=True)
class Drawn:
    name: str
    place: int
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in the units of the viewBox; `values` and `days` are ticks with their places."""

    title: str
    lines: Sequence[Drawn]
    band: str
    limit_y: float | None
    values: Sequence[tuple[float, int]]
    days: Sequence[tuple[float, date]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def draw(
    title: str,
    days: Sequence[date],
    lines: Sequence[Line],
    *,
    band: tuple[Sequence[int], Sequence[int]] | None = None,
    limit: int | None = None,
) -> Chart:
    """`days` is what all courses, the band's low and high too, have a value for."""
    highest = max([1, limit or 0, *(value for line in lines for value in line.values), *(band[1] if band else ())])
    ticks = value_ticks(highest)
    scale = _Scale(len(days), ticks[-1])
    outline = ""
    if band and len(days) > 1:
        there = [scale.point(place, value) for place, value in enumerate(band[1])]
        back = [scale.point(place, value) for place, value in reversed(list(enumerate(band[0])))]
        outline = f"M{'L'.join([*there, *back])}Z"
    return Chart(
        title=title,
        lines=[Drawn(line.name, line.place, scale.path(line.values)) for line in lines],
        band=outline,
        limit_y=None if limit is None else scale.y(limit),
        values=[(scale.y(tick), tick) for tick in ticks],
        days=[(scale.x(place), days[place]) for place in _spread(len(days))],
    )


def value_ticks(highest: int) -> list[int]:
    """Round values from 0 to at least the highest.

    >>> value_ticks(730), value_ticks(1)
    ([0, 200, 400, 600, 800], [0, 1])
    """
    rough = max(1, -(-highest // TICKS))
    power = 10 ** (len(str(rough)) - 1)
    step = next(factor * power for factor in STEPS if factor * power >= rough)
    return [step * number for number in range(-(-highest // step) + 1)]


def _spread(count: int) -> list[int]:
    """The places of a few days, evenly apart.

    >>> _spread(3), _spread(31)
    ([0, 1, 2], [0, 6, 12, 18, 24, 30])
    """
    if count <= DAY_TICKS:
        return list(range(count))
    return [round(number * (count - 1) / (DAY_TICKS - 1)) for number in range(DAY_TICKS)]


@dataclass(frozen=True, slots=True)
class _Scale:
    days: int
    highest: int

    def x(self, place: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, self.days - 1), 1)

    def y(self, value: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.highest, 1)

    def point(self, place: int, value: int) -> str:
        return f"{self.x(place)} {self.y(min(max(value, 0), self.highest))}"

    def path(self, values: Sequence[int]) -> str:
        points = [self.point(place, value) for place, value in enumerate(values)]
        return f"M{'L'.join(points)}" + ("h0.1" if len(points) == 1 else "") if points else ""
