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

from gis_platform.core.crs import WGS84
from layers.exports.selections import Selection
from layers.exports.tables import GEOMETRY, record_batches, schema

ROW_GROUP_BYTES = 8_000_000  # a reader of one column, or of one box, reads whole groups
BOX_SIDES = ("xmin", "ymin", "xmax", "ymax")
BOX = pa.field("bbox", pa.struct([(side, pa.float64()) for side in BOX_SIDES]))


def geoparquet(selection: Selection, path: Path) -> None:
    extent = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with pq.ParquetWriter(path, schema(selection).append(BOX), compression="zstd") as writer:
        for group in _row_groups(record_batches(selection)):
            boxed = []
            for batch in group:
                boxes = shapely.bounds(shapely.from_wkb(batch[GEOMETRY].to_numpy(zero_copy_only=False)))
                extent[:2] = np.fmin(extent[:2], np.fmin.reduce(boxes[:, :2]))
                extent[2:] = np.fmax(extent[2:], np.fmax.reduce(boxes[:, 2:]))
                column = pa.StructArray.from_arrays([pa.array(side) for side in boxes.T], names=BOX_SIDES)
                boxed.append(batch.append_column(BOX, column))
            writer.write_table(pa.Table.from_batches(boxed))
        writer.add_key_value_metadata({"geo": json.dumps(_metadata(selection, extent))})


def _row_groups(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    gathered: list[pa.RecordBatch] = []
    for batch in batches:
        gathered.append(batch)
        if sum(part.nbytes for part in gathered) >= ROW_GROUP_BYTES:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _metadata(selection: Selection, extent: Any) -> dict[str, Any]:
    kind = selection.spec.geometry_type
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [] if kind == "Geometry" else [kind],
        "covering": {"bbox": {side: [BOX.name, side] for side in BOX_SIDES}},
    }
    if selection.crs.srid != WGS84:  # without a CRS it is longitude and latitude (OGC:CRS84)
        column["crs"] = CRS.from_epsg(selection.crs.srid).to_json_dict()
    if np.isfinite(extent).all():
        column["bbox"] = extent.tolist()
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
