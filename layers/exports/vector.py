"""Binary formats of GIS programs, through GDAL and Arrow, in memory that does not grow with the layer."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from layers.exports.selections import Selection
from layers.exports.tables import GEOMETRY, record_batches, schema

FGB_MAGIC_BYTES = 8


def geopackage(selection: Selection, path: Path) -> None:
    batches = pa.RecordBatchReader.from_batches(schema(selection), record_batches(selection))
    pyogrio.write_arrow(batches, path, driver="GPKG", **_described(selection))


def flatgeobuf(selection: Selection) -> Iterator[bytes]:
    """The file in pieces: without the index, whose place is before the features, and so without their number.

    Each batch is written as a file of its own and joined to the first one's header, which says nothing of the batch.
    """
    yield _flatgeobuf(selection, schema(selection).empty_table())[0]
    for batch in record_batches(selection):
        yield _flatgeobuf(selection, pa.Table.from_batches([batch]))[1]


def _flatgeobuf(selection: Selection, table: pa.Table) -> tuple[bytes, bytes]:
    """Header and features."""
    file = io.BytesIO()
    pyogrio.write_arrow(
        table, file, driver="FlatGeobuf", layer_options={"SPATIAL_INDEX": "NO"}, **_described(selection)
    )
    written = file.getvalue()
    (length,) = struct.unpack_from("<I", written, FGB_MAGIC_BYTES)
    end = FGB_MAGIC_BYTES + 4 + length
    return written[:end], written[end:]


def _described(selection: Selection) -> dict[str, Any]:
    kind = selection.spec.geometry_type
    return {
        "layer": selection.spec.id,
        "geometry_name": GEOMETRY,
        "geometry_type": "Unknown" if kind == "Geometry" else kind,
        "crs": f"EPSG:{selection.crs.srid}",
    }
