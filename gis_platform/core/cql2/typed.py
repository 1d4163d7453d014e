"""A filter after checking: every part knows its type, every literal its value, every name its field."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gis_platform.core.cql2.fields import Field, FieldType


@dataclass(frozen=True, slots=True)
class Column:
    field: Field

    @property
    def type(self) -> FieldType:
        return self.field.type


@dataclass(frozen=True, slots=True)
class Constant:
    """None is unknown, of this type. A GEOMETRY is placed in EPSG:4326."""

    type: FieldType
    value: Any


@dataclass(frozen=True, slots=True)
class Span:
    """An interval between two dates or times; None is open."""

    start: "Constant | Column | None"
    end: "Constant | Column | None"

    @property
    def type(self) -> FieldType:
        return FieldType.INTERVAL


@dataclass(frozen=True, slots=True)
class Call:
    op: str
    args: "tuple[Typed, ...]"
    type: FieldType


type Typed = Column | Constant | Span | Call

TRUTH = FieldType.BOOLEAN
NUMERIC = frozenset({FieldType.INTEGER, FieldType.NUMBER})
TEMPORAL = frozenset({FieldType.DATE, FieldType.TIMESTAMP})
# A bool is an int and a datetime a date, so the narrower come first.
KINDS = (
    (bool, FieldType.BOOLEAN),
    (int, FieldType.INTEGER),
    (float, FieldType.NUMBER),
    (str, FieldType.STRING),
    (datetime, FieldType.TIMESTAMP),
    (date, FieldType.DATE),
)


def kind_of(value: Any) -> FieldType:
    """The type of a literal's value.

    >>> kind_of(True), kind_of(1)
    (<FieldType.BOOLEAN: 'boolean'>, <FieldType.INTEGER: 'integer'>)
    """
    return next(kind for python, kind in KINDS if isinstance(value, python))
