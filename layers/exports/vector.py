"""GeoPackage, through GDAL and Arrow, in memory that does not grow with the layer."""

from pathlib import Path

import pyarrow as pa
import pyogrio

from layers.exports.selections import Selection
from layers.exports.tables import GEOMETRY, record_batches, schema


def geopackage(selection: Selection, path: Path) -> None:
    batches = pa.RecordBatchReader.from_batches(schema(selection), record_batches(selection))
    kind = selection.spec.geometry_type
    pyogrio.write_arrow(
        batches,
        path,
        driver="GPKG",
        layer=selection.spec.id,
        geometry_name=GEOMETRY,
        geometry_type="Unknown" if kind == "Geometry" else kind,
        crs=f"EPSG:{selection.crs.srid}",
    )
