"""An expression as it was read: an immutable tree that knows no table yet."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Period:
    """From one instant to another, both included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Shape:
    """In EPSG:4326. Of a `geography` the distance is in metres, of a `geometry` in degrees."""

    geometry: BaseGeometry
    geographic: bool


type Value = bool | int | float | str | datetime | date | time | timedelta | Period | Shape | None


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    """Navigation links, then a property, then members of its JSON."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operator ("eq", "and", "sub" ...) or a function, by its name."""

    name: str
    arguments: "tuple[Expression, ...]"


type Expression = Literal | Path | Call


class ExpressionError(ValueError):
    """Why an expression cannot stand; whoever knows the option names it."""
