"""A condition after reading: a small typed tree. Closures are made from it, and SQL can be."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rules.engine.facts import Fact, Kind


@dataclass(frozen=True, slots=True)
class Property:
    fact: Fact

    @property
    def kind(self) -> Kind:
        return self.fact.kind

    @property
    def unit(self) -> str:
        return self.fact.unit


@dataclass(frozen=True, slots=True)
class Literal:
    kind: Kind
    value: Any
    unit: str = ""  # a bare number takes the unit of what it is compared with
    name: str = ""  # of the feature whose geometry it is


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends are included; None is open. Written `..` in CQL2."""

    start: date | datetime | None
    end: date | datetime | None


@dataclass(frozen=True, slots=True)
class Operation:
    op: str
    args: "tuple[Expression, ...]"
    kind: Kind
    unit: str = ""


type Expression = Property | Literal | Operation
