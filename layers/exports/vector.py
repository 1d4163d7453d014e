"""Binary formats of GIS programs, through GDAL."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
from psycopg.sql import SQL

from layers.catalog import LayerSpec, Property, PropertyType
from layers.exports.reading import Exported, as_values
from layers.exports.streaming import as_text

CHUNK_ROWS = 20_000
CRS = "EPSG:4326"
TYPES: dict[PropertyType, str] = {
    PropertyType.INTEGER: "int64",
    PropertyType.NUMBER: "float64",
    PropertyType.BOOLEAN: "bool",
}


def geopackage(spec: LayerSpec, path: Path) -> int:
    """Writes the file in chunks and returns how many features it holds."""
    count = 0
    for chunk in _chunks(spec, CHUNK_ROWS):
        _write(spec, path, "GPKG", chunk, append=count > 0)
        count += len(chunk)
    return count


def flatgeobuf(spec: LayerSpec, path: Path) -> int:
    """Writes the file in one piece, for its index comes before its features, and returns how many it holds."""
    features = list(as_values(spec, SQL("ST_AsBinary(geometry)")))
    _write(spec, path, "FlatGeobuf", features, append=False)
    return len(features)


def _chunks(spec: LayerSpec, size: int) -> Iterator[list[Exported]]:
    empty = True
    for chunk in batched(as_values(spec, SQL("ST_AsBinary(geometry)")), size):
        empty = False
        yield list(chunk)
    if empty:
        yield []


def _write(spec: LayerSpec, path: Path, driver: str, features: list[Exported], *, append: bool) -> None:
    properties = [p for p in spec.public_properties if p.name.lower() not in ("fid", "geom")]
    places = [index for index, p in enumerate(spec.public_properties) if p in properties]
    columns = [
        _column(prop, [feature.properties[place] for feature in features])
        for prop, place in zip(properties, places, strict=True)
    ]
    pyogrio.raw.write(
        path,
        np.array([bytes(feature.geometry) for feature in features], dtype=object),
        field_data=[np.array([f.id for f in features], dtype="int64"), *(values for values, _mask in columns)],
        field_mask=[None, *(mask for _values, mask in columns)],
        fields=["feature_id", *(prop.name for prop in properties)],
        layer=spec.id,
        driver=driver,
        geometry_type="Unknown" if spec.geometry_type == "Geometry" else spec.geometry_type,
        crs=CRS,
        append=append,
    )


def _column(prop: Property, values: list[Any]) -> tuple[Any, Any]:
    mask = np.array([value is None for value in values], dtype=bool)
    if dtype := TYPES.get(prop.type):
        return np.array([value if value is not None else 0 for value in values], dtype=dtype), mask
    texts = np.empty(len(values), dtype=object)
    texts[:] = [_text(value) for value in values]
    return texts, None


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date | datetime) else as_text(value)


WRITERS: dict[str, Callable[[LayerSpec, Path], int]] = {"gpkg": geopackage, "fgb": flatgeobuf}
