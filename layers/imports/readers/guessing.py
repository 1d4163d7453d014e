"""Finds the type of an attribute that its format does not declare, from the values."""

import re
from collections.abc import Iterable
from typing import Any

from layers.catalog import PropertyType

INTEGER_MAX = 2**63 - 1
WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})")  # "007" is a code
DECIMAL = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?")
DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
INSTANT = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
    r"(?:Z|[+-]\d{2}(?::?\d{2})?)?"
)
PATTERNS = {
    PropertyType.INTEGER: WHOLE,
    PropertyType.NUMBER: DECIMAL,
    PropertyType.BOOLEAN: re.compile(r"true|false", re.IGNORECASE),
    PropertyType.DATE: DATE,
    PropertyType.INSTANT: INSTANT,
}
OF_JSON_TEXT = (PropertyType.DATE, PropertyType.INSTANT)  # JSON has types for the others
OF_TABLE_TEXT = tuple(PATTERNS)  # a table has text alone; the first that fits every value wins


class TypeGuess:
    """Sees the values of one attribute and says what they have in common.

    >>> guess = TypeGuess(OF_TABLE_TEXT)
    >>> guess.see(["1", "", "2,5"])
    >>> guess.type
    <PropertyType.NUMBER: 'number'>
    """

    def __init__(self, candidates: tuple[PropertyType, ...]) -> None:
        self._candidates = list(candidates)
        self._kinds: set[type] = set()
        self._too_large = False

    def see(self, values: Iterable[Any]) -> None:
        for value in values:
            if value is None or value == "":
                continue
            kind = type(value)
            self._kinds.add(kind)
            if kind is str:
                if self._candidates:
                    self._candidates = [c for c in self._candidates if PATTERNS[c].fullmatch(value.strip())]
            elif kind is int and abs(value) > INTEGER_MAX:
                self._too_large = True

    @property
    def type(self) -> PropertyType:
        if self._kinds == {str} and self._candidates:
            return self._candidates[0]
        if self._too_large:
            return PropertyType.STRING
        for kinds, result in BY_KINDS:
            if self._kinds and self._kinds <= kinds:
                return result
        return PropertyType.STRING


BY_KINDS: tuple[tuple[set[type], PropertyType], ...] = (
    ({bool}, PropertyType.BOOLEAN),
    ({int}, PropertyType.INTEGER),
    ({int, float}, PropertyType.NUMBER),
    ({dict}, PropertyType.OBJECT),
    ({list}, PropertyType.ARRAY),
)
