"""Features as Arrow tables: typed columns and the geometry as WKB, which the binary formats are written from."""

from collections.abc import Iterator

import pyarrow as pa
from psycopg.sql import SQL, Composable

from layers.catalog import Property, PropertyType
from layers.exports.reading import batches, columns_of
from layers.exports.selections import Selection

GEOMETRY = "geometry"
TYPES: dict[PropertyType, tuple[pa.DataType, str]] = {
    PropertyType.INTEGER: (pa.int64(), "bigint"),
    PropertyType.NUMBER: (pa.float64(), "double precision"),
    PropertyType.BOOLEAN: (pa.bool_(), "boolean"),
    PropertyType.DATE: (pa.date32(), "date"),
    PropertyType.INSTANT: (pa.timestamp("ms", tz="UTC"), "timestamptz"),
}
TEXT = (pa.string(), "text")  # objects and arrays too, as JSON


def schema(selection: Selection) -> pa.Schema:
    properties = [
        pa.field(name, _kind(prop)[0]) for name, prop in zip(selection.names, selection.properties, strict=True)
    ]
    return pa.schema(
        [pa.field("id", pa.int64()), pa.field("version", pa.int64()), *properties, pa.field(GEOMETRY, pa.binary())]
    )


def record_batches(selection: Selection) -> Iterator[pa.RecordBatch]:
    """The features in the selection's order; the geometry in its CRS, easting or longitude first."""
    shape = schema(selection)
    casts: list[Composable] = [
        SQL("{}::{}").format(column, SQL(_kind(prop)[1]))
        for column, prop in zip(columns_of(selection), selection.properties, strict=True)
    ]
    columns = [SQL("f.id::bigint"), SQL("f.version::bigint"), *casts, SQL("ST_AsBinary(f.geometry)")]
    for rows in batches(selection, columns):
        arrays = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), shape, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=shape)


def _kind(prop: Property) -> tuple[pa.DataType, str]:
    return TYPES.get(prop.type, TEXT)
