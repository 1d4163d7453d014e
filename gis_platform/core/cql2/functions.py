"""The functions that a filter may call beside the standard's own: an allow-list, each with its types."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, LiteralString

from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.sphere import distance_m


@dataclass(frozen=True, slots=True)
class Function:
    """`sql` has a {} for each argument, in order."""

    name: str
    takes: tuple[FieldType, ...]
    returns: FieldType
    title: str
    sql: LiteralString
    evaluate: Callable[..., Any]


def _floor(number: float) -> float:
    return float(math.floor(number))


TEXT, NUMBER, INTEGER, GEOMETRY = FieldType.STRING, FieldType.NUMBER, FieldType.INTEGER, FieldType.GEOMETRY
DISTANCE = "distance_m"

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            Function("lower", (TEXT,), TEXT, "The text in small letters", 'lower({} COLLATE "und-x-icu")', str.lower),
            Function("upper", (TEXT,), TEXT, "The text in capitals", 'upper({} COLLATE "und-x-icu")', str.upper),
            Function("length", (TEXT,), INTEGER, "How many characters the text has", "char_length({})", len),
            Function("abs", (NUMBER,), NUMBER, "The number without its sign", "abs({})", abs),
            Function("floor", (NUMBER,), NUMBER, "The whole number below", "floor({})", _floor),
            Function(
                DISTANCE,
                (GEOMETRY, GEOMETRY),
                NUMBER,
                "Metres between the two geometries, on the sphere",
                "ST_Distance({}::geography, {}::geography, false)",
                lambda a, b: None if a.is_empty or b.is_empty else distance_m(a, b),
            ),
            Function("ceil", (NUMBER,), NUMBER, "The whole number above", "ceil({})", lambda x: -_floor(-x)),
        )
    }
)
