"""The data set of the standard's abstract test suite: read from its GeoPackage, into memory and into PostGIS."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import shapely
from psycopg.sql import SQL, Identifier

from gis_platform.core.cql2.fields import Field, FieldType

ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # GeoPackage 2.1.3, by the flags' bits 1 to 3
TYPES = {
    "DATE": FieldType.DATE,
    "DATETIME": FieldType.TIMESTAMP,
    "BOOLEAN": FieldType.BOOLEAN,
    "INTEGER": FieldType.INTEGER,
    "MEDIUMINT": FieldType.INTEGER,
    "REAL": FieldType.NUMBER,
    "DOUBLE": FieldType.NUMBER,
}
COLUMNS = {
    FieldType.STRING: "text",
    FieldType.INTEGER: "bigint",
    FieldType.NUMBER: "double precision",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.TIMESTAMP: "timestamptz",
    FieldType.GEOMETRY: "geometry",
    FieldType.INTERVAL: "tstzrange",
    FieldType.ARRAY: "text[]",
}


class Layer:
    def __init__(self, path: Path, name: str) -> None:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as file:
            described = file.execute(f'PRAGMA table_info("{name}")').fetchall()
            self.name = name
            self.fields = {row[1]: Field(row[1], _type(row[1], row[2]), Identifier(row[1])) for row in described}
            names = list(self.fields)
            self.rows = [
                {name: _value(self.fields[name].type, value) for name, value in zip(names, row, strict=True)}
                for row in file.execute(f'SELECT * FROM "{name}"')
            ]

    def store(self, connection: psycopg.Connection) -> None:
        store(connection, self.name, self.fields, self.rows)


def store(connection: psycopg.Connection, table: str, fields: dict[str, Field], rows: list[dict[str, Any]]) -> None:
    # A locale's order of letters is not the code points' order that a filter asks for.
    collated = COLUMNS | {FieldType.STRING: 'text COLLATE "und-x-icu"'}
    columns = SQL(", ").join(SQL("{} {}").format(Identifier(f.name), SQL(collated[f.type])) for f in fields.values())
    connection.execute(SQL("CREATE TEMPORARY TABLE {} ({})").format(Identifier(table), columns))
    marks = SQL(", ").join(SQL("%s::" + COLUMNS[field.type]) for field in fields.values())
    with connection.cursor() as cursor:
        cursor.executemany(
            SQL("INSERT INTO {} VALUES ({})").format(Identifier(table), marks),
            [[_stored(field.type, row[field.name]) for field in fields.values()] for row in rows],
        )


def _stored(kind: FieldType, value: Any) -> Any:
    match kind, value:
        case _, None:
            return None
        case FieldType.GEOMETRY, shape:
            return shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True)
        case FieldType.INTERVAL, (start, end):
            return f"[{start.isoformat() if start else ''},{end.isoformat() if end else ''}]"
        case FieldType.ARRAY, items:
            return list(items)
    return value


def _type(name: str, declared: str) -> FieldType:
    return FieldType.GEOMETRY if name == "geom" else TYPES.get(declared.split("(")[0].upper(), FieldType.STRING)


def _value(kind: FieldType, value: Any) -> Any:
    match kind, value:
        case _, None:
            return None
        case FieldType.GEOMETRY, bytes():
            return shapely.from_wkb(value[8 + ENVELOPE_BYTES[value[3] >> 1 & 7] :])
        case FieldType.DATE, _:
            return date.fromisoformat(value)
        case FieldType.TIMESTAMP, _:  # one of them lacks the Z that the others have
            return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
        case FieldType.BOOLEAN, _:
            return bool(value)
    return value
