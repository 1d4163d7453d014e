"""Typed facts: what a condition may ask about, and in which unit."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from rules.engine.errors import RuleError
from rules.engine.geometry import read_geometry
from rules.engine.gtin import read_gtin

GTIN = "gtin"
TEXT_LENGTH_MAX = 1_000
STRINGS_MAX = 1_000

type Facts = Mapping[str, Any]


class Kind(StrEnum):
    INTEGER = "integer"
    NUMBER = "number"
    STRING = "string"
    STRINGS = "strings"  # an unordered set, such as the groups of a resident
    BOOLEAN = "boolean"
    CENTS = "cents"
    INSTANT = "instant"
    DATE = "date"
    GEOMETRY = "geometry"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One question that a condition may ask. `unit` is the field's word (year, metre, minute); cents need none.

    A text whose unit is `gtin` is an article number, whose check digit is looked at.
    """

    name: str
    kind: Kind
    unit: str = ""
    values: tuple[str, ...] = ()  # the only texts allowed, where there is an enumeration


class FactSchema:
    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = MappingProxyType({fact.name: fact for fact in facts})

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def with_facts(self, facts: Iterable[Fact]) -> "FactSchema":
        return FactSchema((*self, *facts))

    def fact(self, name: str, *, field: str) -> Fact:
        try:
            return self._facts[name]
        except KeyError:
            raise RuleError(field, f"there is no fact “{name}”; known are {', '.join(sorted(self._facts))}") from None

    def read(self, values: Mapping[str, Any]) -> Facts:
        """Facts from their JSON form, checked one by one; null and absent both mean "not known".

        Instants need an offset, dates are YYYY-MM-DD, geometries are GeoJSON. Raises RuleError that names the fact.
        """
        known = ((self.fact(name, field=name), value) for name, value in values.items() if value is not None)
        return MappingProxyType({fact.name: read_value(fact, value) for fact, value in known})


def read_value(fact: Fact, value: Any, *, field: str = "") -> Any:
    """
    >>> read_value(Fact(name="resident.age", kind=Kind.INTEGER, unit="year"), "62")
    Traceback (most recent call last):
    rules.engine.errors.RuleError: resident.age: needs a whole number (unit: year), not “62”
    """
    field = field or fact.name
    read = READERS[fact.kind](value, field)
    if read is None:
        unit = f" (unit: {fact.unit})" if fact.unit else ""
        raise RuleError(field, f"needs {EXPECTED[fact.kind]}{unit}, not “{str(value)[:60]}”")
    for text in read if fact.kind is Kind.STRINGS else (read,):
        if fact.values and text not in fact.values:
            raise RuleError(field, f"“{text[:60]}” is not one of {', '.join(fact.values)}")
    return article(read, field) if fact.unit == GTIN else read


def article(text: str, field: str) -> str:
    """An article number with 14 digits. Raises RuleError for a wrong check digit."""
    try:
        return read_gtin(text)
    except ValueError as error:
        raise RuleError(field, str(error)) from error


def read_instant(value: Any, field: str = "") -> datetime | None:
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            return None
        return instant if instant.tzinfo else None
    return None


def read_date(value: Any, field: str = "") -> date | None:
    if isinstance(value, str) and len(value) == len("2026-09-01"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _integer(value: Any, field: str) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any, field: str) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return None


def _string(value: Any, field: str) -> str | None:
    return value if isinstance(value, str) and len(value) <= TEXT_LENGTH_MAX else None


def _strings(value: Any, field: str) -> frozenset[str] | None:
    if isinstance(value, list | tuple | set | frozenset) and len(value) <= STRINGS_MAX:
        texts = [_string(text, field) for text in value]
        return None if None in texts else frozenset(text for text in texts if text is not None)
    return None


def _boolean(value: Any, field: str) -> bool | None:
    return value if isinstance(value, bool) else None


def _geometry(value: Any, field: str) -> Any:
    return read_geometry(value, field=field)


READERS: Mapping[Kind, Callable[[Any, str], Any]] = MappingProxyType(
    {
        Kind.INTEGER: _integer,
        Kind.NUMBER: _number,
        Kind.STRING: _string,
        Kind.STRINGS: _strings,
        Kind.BOOLEAN: _boolean,
        Kind.CENTS: _integer,
        Kind.INSTANT: read_instant,
        Kind.DATE: read_date,
        Kind.GEOMETRY: _geometry,
    }
)

EXPECTED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.INTEGER: "a whole number",
        Kind.NUMBER: "a number",
        Kind.STRING: f"a text of at most {TEXT_LENGTH_MAX} letters",
        Kind.STRINGS: f"a list of at most {STRINGS_MAX} texts",
        Kind.BOOLEAN: "true or false",
        Kind.CENTS: "whole cents",
        Kind.INSTANT: "a time with its offset, such as 2026-09-01T08:00:00+03:00",
        Kind.DATE: "a date such as 2026-09-01",
        Kind.GEOMETRY: "a GeoJSON geometry",
    }
)
