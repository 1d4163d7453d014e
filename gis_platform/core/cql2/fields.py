"""What a filter may ask about: the allow-list that a layer offers."""

from dataclasses import dataclass
from enum import StrEnum

from psycopg.sql import Composable


class FieldType(StrEnum):
    """INTERVAL is a `tstzrange` with both ends included; ARRAY is an array of texts."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    GEOMETRY = "geometry"
    INTERVAL = "interval"
    ARRAY = "array"


@dataclass(frozen=True, slots=True)
class Field:
    """`column` is the SQL that reads it. In memory a row holds it under `name`.

    There a GEOMETRY is a shapely geometry in EPSG:4326, a TIMESTAMP a datetime with its zone, an INTERVAL a pair of
    which either may be None, an ARRAY a sequence of texts, and None is NULL.
    """

    name: str
    type: FieldType
    column: Composable
