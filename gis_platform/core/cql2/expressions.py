"""A filter as it was read: an immutable tree that knows no table yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from shapely.geometry.base import BaseGeometry

type Scalar = str | int | float | bool | date | datetime
type Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Property:
    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    value: Scalar


@dataclass(frozen=True, slots=True)
class Shape:
    """Coordinates as they were written, in the filter's CRS."""

    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Box:
    """First and second axis of the lower corner, then of the upper; the first axis may run over the antimeridian."""

    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends are included; None is open, written `..`."""

    start: "Literal | Property | None"
    end: "Literal | Property | None"


@dataclass(frozen=True, slots=True)
class Array:
    items: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Operation:
    """`op` as the standard writes it in JSON; the name of a function in small letters."""

    op: str
    args: "tuple[Expression, ...]"


type Expression = Property | Literal | Shape | Box | Interval | Array | Operation


def properties(expression: Expression) -> frozenset[str]:
    """
    >>> sorted(properties(Operation("=", (Property("b"), Property("a")))))
    ['a', 'b']
    """
    return frozenset(node.name for node in _nodes(expression) if isinstance(node, Property))


def _nodes(expression: Expression) -> Iterator[Expression]:
    yield expression
    match expression:
        case Operation(args=parts) | Array(items=parts):
            for part in parts:
                yield from _nodes(part)
        case Interval(start, end):
            yield from (part for part in (start, end) if part is not None)
