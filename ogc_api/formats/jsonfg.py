"""JSON-FG (OGC 21-045): a GeoJSON page that also says its type, its time, and its place in the CRS asked for."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import shapely
from django.http import HttpRequest

from gis_platform.core.crs import CRS84, Crs, to_storage
from layers.catalog import LayerSpec
from ogc_api.links import layer_url

type Document = dict[str, Any]

CONFORMS_TO = tuple(f"http://www.opengis.net/spec/json-fg-1/1.0/conf/{name}" for name in ("core", "types-schemas"))
DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}


def as_json_fg(document: Document, request: HttpRequest, spec: LayerSpec, crs: Crs) -> Document:
    """A feature or a collection that is GeoJSON in that CRS and its axis order, made JSON-FG."""
    features = document["features"] if document["type"] == "FeatureCollection" else [document]
    for feature in features:
        feature["time"] = _time(spec, feature["properties"])
        feature["place"] = None
    if crs != CRS84:
        _move_to_place(features, crs)
    kind = spec.geometry_type.removeprefix("Multi")
    head = {
        "type": document["type"],
        "conformsTo": list(CONFORMS_TO),
        "featureType": spec.id,
        "featureSchema": f"{layer_url(request, spec)}/schema",
        "coordRefSys": crs.uri,
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


def _move_to_place(features: list[Document], crs: Crs) -> None:
    """`place` keeps the geometry as it is, and `geometry` gets the same in WGS 84, longitude first."""
    for feature in features:
        if feature["geometry"] is not None:
            feature["place"] = feature["geometry"]
            degrees = to_storage(shapely.from_geojson(json.dumps(feature["geometry"])), crs)
            rounded = shapely.transform(degrees, lambda coordinates: coordinates.round(CRS84.digits))
            feature["geometry"] = json.loads(shapely.to_geojson(rounded))
