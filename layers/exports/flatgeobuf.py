"""FlatGeobuf 3, feature by feature: without the index, whose place is before the features, and so without their number.

Written here because GDAL's writer brings Arrow and pandas into a web worker, and PostGIS's (3.3) forgets which column
comes after one without a value, takes one kind of geometry a file, and keeps the whole file in the database's memory.
"""

import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from psycopg.sql import SQL, Composable

from layers.catalog import PropertyType
from layers.exports import flatbuffer
from layers.exports.flatgeobuf_geometry import Kind, encoded
from layers.exports.reading import batches, columns_of
from layers.exports.selections import Selection

MAGIC = b"fgb\x03fgb\x01"
NO_INDEX = 0
BOOL, LONG, DOUBLE, STRING, DATE_TIME = 2, 7, 10, 11, 13  # ColumnType of the specification
FIXED = {BOOL: "<H?", LONG: "<Hq", DOUBLE: "<Hd"}

INTEGER = (LONG, "{}::bigint")
TEXT = (STRING, "{}::text")  # objects and arrays too, as JSON
TYPES: dict[PropertyType, tuple[int, str]] = {
    PropertyType.INTEGER: INTEGER,
    PropertyType.NUMBER: (DOUBLE, "{}::double precision"),
    PropertyType.BOOLEAN: (BOOL, "{}::boolean"),
    PropertyType.DATE: (DATE_TIME, "to_char({}::date, 'YYYY-MM-DD')"),
    PropertyType.INSTANT: (
        DATE_TIME,
        "to_char({}::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
    ),
}


def flatgeobuf(selection: Selection) -> Iterator[bytes]:
    """The file in pieces; the geometry in the selection's CRS, easting or longitude first."""
    kinds = [INTEGER, INTEGER, *(TYPES.get(prop.type, TEXT) for prop in selection.properties)]
    yield _header(selection, [kind for kind, _sql in kinds])
    names: list[Composable] = [SQL("f.id"), SQL("f.version"), *columns_of(selection)]
    columns = [SQL(sql).format(name) for (_kind, sql), name in zip(kinds, names, strict=True)]
    writers = [_writer(number, kind) for number, (kind, _sql) in enumerate(kinds)]
    for rows in batches(selection, [SQL("ST_AsBinary(f.geometry, 'NDR')"), *columns]):
        yield b"".join([_feature(row, writers) for row in rows])


def _header(selection: Selection, kinds: list[int]) -> bytes:
    columns = [
        flatbuffer.table(flatbuffer.text(name), kind)
        for name, kind in zip(["id", "version", *selection.names], kinds, strict=True)
    ]
    crs = flatbuffer.table(flatbuffer.text("EPSG"), selection.crs.srid)
    header = flatbuffer.table(
        flatbuffer.text(selection.spec.id),
        None,  # envelope
        Kind[selection.spec.geometry_type.upper()],
        *(None,) * 4,  # of two dimensions
        flatbuffer.parts(columns),
        None,  # number of features
        NO_INDEX,
        crs,
    )
    return MAGIC + flatbuffer.root(header)


def _feature(row: tuple[Any, ...], writers: list[Callable[[Any], bytes]]) -> bytes:
    wkb, *values = row
    geometry = encoded(wkb) if wkb else None
    known = b"".join([write(value) for write, value in zip(writers, values, strict=True) if value is not None])
    return flatbuffer.root(flatbuffer.table(geometry, flatbuffer.octets(known)))


def _writer(number: int, kind: int) -> Callable[[Any], bytes]:
    """Of a value behind the number of its column."""
    if kind in (STRING, DATE_TIME):
        return partial(_text, number)
    return partial(struct.Struct(FIXED[kind]).pack, number)


def _text(number: int, value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<HI", number, len(raw)) + raw
