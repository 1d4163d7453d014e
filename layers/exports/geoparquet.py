"""GeoParquet 1.1: Parquet whose file metadata says which column is the geometry, in which CRS and where."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from layers.exports.selections import WGS84, Selection
from layers.exports.tables import GEOMETRY, record_batches, schema

ROW_GROUP_BYTES = 16_000_000  # a reader of one column, or of one box, reads whole groups
BOX_SIDES = ("xmin", "ymin", "xmax", "ymax")
BOX = pa.field("bbox", pa.struct([(side, pa.float64()) for side in BOX_SIDES]))


def geoparquet(selection: Selection, path: Path) -> None:
    extent = np.array([np.inf, np.inf, -np.inf, -np.inf])
    shape = schema(selection).append(BOX)
    with pq.ParquetWriter(path, shape, compression="zstd") as writer:
        for table in _row_groups(record_batches(selection)):
            boxes = shapely.bounds(shapely.from_wkb(table[GEOMETRY].to_numpy()))
            extent = np.array(
                [*np.fmin(extent[:2], boxes[:, :2].min(axis=0)), *np.fmax(extent[2:], boxes[:, 2:].max(axis=0))]
            )
            column = pa.StructArray.from_arrays([pa.array(side) for side in boxes.T], names=BOX_SIDES)
            writer.write_table(table.append_column(BOX, column))
        writer.add_key_value_metadata({"geo": json.dumps(_metadata(selection, extent))})


def _row_groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    gathered: list[pa.RecordBatch] = []
    for batch in batches:
        gathered.append(batch)
        if sum(part.nbytes for part in gathered) >= ROW_GROUP_BYTES:
            yield pa.Table.from_batches(gathered)
            gathered = []
    if gathered:
        yield pa.Table.from_batches(gathered)


def _metadata(selection: Selection, extent: Any) -> dict[str, Any]:
    kind = selection.spec.geometry_type
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [] if kind == "Geometry" else [kind],
        "covering": {"bbox": {side: [BOX.name, side] for side in BOX_SIDES}},
    }
    if selection.srid != WGS84:  # without a CRS it is longitude and latitude (OGC:CRS84)
        column["crs"] = CRS.from_epsg(selection.srid).to_json_dict()
    if np.isfinite(extent).all():
        column["bbox"] = extent.tolist()
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
