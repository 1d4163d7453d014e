"""JSON-FG (OGC 21-045): a GeoJSON page that also says its type, its time, and its place in the CRS asked for."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest

from gis_platform.core.crs import WGS84, transformer
from layers.catalog import LayerSpec
from layers.exports.selections import CRS84
from ogc_api.links import layer_url

type Document = dict[str, Any]

CONFORMS_TO = tuple(f"http://www.opengis.net/spec/json-fg-1/1.0/conf/{name}" for name in ("core", "types-schemas"))
DEGREE_DIGITS = 7
DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}


def as_json_fg(
    document: Document,
    request: HttpRequest,
    spec: LayerSpec,
    *,
    crs: str = CRS84,
    srid: int = WGS84,
    northing_first: bool = False,
) -> Document:
    """A feature or a collection in that CRS and its axis order, as GeoJSON has it, made JSON-FG."""
    features = document["features"] if document["type"] == "FeatureCollection" else [document]
    for feature in features:
        feature["time"] = _time(spec, feature["properties"])
        feature["place"] = None
    if crs != CRS84:
        _move_to_place(features, srid=srid, northing_first=northing_first)
    kind = spec.geometry_type.removeprefix("Multi")
    head = {
        "type": document["type"],
        "conformsTo": list(CONFORMS_TO),
        "featureType": spec.id,
        "featureSchema": f"{layer_url(request, spec)}/schema",
        "coordRefSys": crs,
    } | ({"geometryDimension": DIMENSIONS[kind]} if kind in DIMENSIONS else {})
    return head | document


def _time(spec: LayerSpec, properties: Mapping[str, Any]) -> Document | None:
    """When the feature holds, by the properties that the layer names for it; null for always."""
    start, end = (properties.get(name) if name else None for name in spec.interval or ("", ""))
    if start is None and end is None:
        return None
    return {"interval": [_instant(start), _instant(end)]}


def _instant(value: str | None) -> str:
    """As RFC 3339 in UTC, which JSON-FG wants; a day stays a day."""
    if value is None:
        return ".."
    if "T" not in value:
        return value
    return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _move_to_place(features: list[Document], *, srid: int, northing_first: bool) -> None:
    """`place` keeps the geometry as it is, and `geometry` gets the same in WGS 84, longitude first."""
    to_degrees = transformer(from_srid=srid, to_srid=WGS84)

    def degrees(xy: Any) -> Any:
        x, y = (xy[:, 1], xy[:, 0]) if northing_first else (xy[:, 0], xy[:, 1])
        return np.round(np.column_stack(to_degrees.transform(x, y)), DEGREE_DIGITS)

    placed = [feature for feature in features if feature["geometry"] is not None]
    moved = shapely.transform(shapely.from_geojson([json.dumps(feature["geometry"]) for feature in placed]), degrees)
    for feature, geometry in zip(placed, shapely.to_geojson(moved), strict=True):
        feature["place"], feature["geometry"] = feature["geometry"], json.loads(geometry)
