"""MapLibre style layers from a layer's declaration and a planner's choices."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.tiles.statements import Manner, manner

REGULAR, BOLD = ["City Regular"], ["City Bold"]
LABEL, HALO, RING = "#2b333b", "#fbfaf7", "#ffffff"
LABEL_ZOOM = 14.5
IS_CLUSTER = ["has", "point_count"]
CATEGORY = ["coalesce", ["get", "category"], ""]
NAME = ["coalesce", ["get", "name"], ""]


def drawn_layers(spec: LayerSpec, choices: dict[str, Any]) -> list[dict[str, Any]]:
    """Areas, lines, points and clusters, as far as the layer's geometry can be any of them, then names."""
    kind = spec.geometry_type
    color = color_by_class(spec, choices)
    parts = []
    if kind in ("Geometry", "Polygon", "MultiPolygon"):
        parts.append(_area(color))
    if kind not in ("Point", "MultiPoint"):
        parts.append(_line(color, choices))
    if kind in ("Geometry", "Point", "MultiPoint"):
        parts += _points(spec, color, choices)
    if spec.label and choices.get("labels", True):
        parts.append(_names(spec, choices))
    return [_of_layer(spec, part) for part in parts]


def color_by_class(spec: LayerSpec, choices: dict[str, Any]) -> Any:
    color = choices.get("color", spec.style.color)
    pairs = [entry for value, chosen in choices.get("classes", {}).items() for entry in (value, chosen)]
    return ["match", CATEGORY, *pairs, color] if pairs else color


def _of_layer(spec: LayerSpec, part: dict[str, Any]) -> dict[str, Any]:
    place = {"id": f"{spec.id}/{part['id']}", "type": part["type"], "source": spec.id, "source-layer": spec.id}
    zoom = {"minzoom": spec.style.zoom_min} if spec.style.zoom_min else {}
    return place | zoom | {name: value for name, value in part.items() if name not in ("id", "type")}


def _area(color: Any) -> dict[str, Any]:
    return {
        "id": "area",
        "type": "fill",
        "filter": ["==", ["geometry-type"], "Polygon"],
        "paint": {"fill-color": color, "fill-opacity": 0.25},
    }


def _line(color: Any, choices: dict[str, Any]) -> dict[str, Any]:
    size = choices.get("size", 1)
    return {
        "id": "line",
        "type": "line",
        "filter": ["!=", ["geometry-type"], "Point"],
        "layout": {"line-cap": "round", "line-join": "round"},
        "paint": {
            "line-color": color,
            "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1.2 * size, 16, 3.5 * size],
        },
    }


def _points(spec: LayerSpec, color: Any, choices: dict[str, Any]) -> list[dict[str, Any]]:
    size = choices.get("size", 1)
    dot = {
        "id": "dot",
        "type": "circle",
        "filter": ["all", ["==", ["geometry-type"], "Point"], ["!", IS_CLUSTER]],
        "paint": {
            "circle-color": color,
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2 * size, 13, 4 * size, 17, 7 * size],
            "circle-stroke-color": RING,
            "circle-stroke-width": 1.2,
        },
    }
    if manner(spec, 0) is not Manner.CLUSTERED:
        return [dot]
    cluster = {
        "id": "cluster",
        "type": "circle",
        "filter": IS_CLUSTER,
        "paint": {
            "circle-color": choices.get("color", spec.style.color),
            "circle-radius": ["step", ["get", "point_count"], 12, 10, 15, 100, 19, 1000, 24],
            "circle-stroke-color": RING,
            "circle-stroke-width": 2,
        },
    }
    count = {
        "id": "count",
        "type": "symbol",
        "filter": IS_CLUSTER,
        "layout": {
            "text-field": ["to-string", ["get", "point_count"]],
            "text-font": BOLD,
            "text-size": 12,
            "text-allow-overlap": True,
        },
        "paint": {"text-color": RING},
    }
    return [dot, cluster, count]


def _names(spec: LayerSpec, choices: dict[str, Any]) -> dict[str, Any]:
    along = spec.geometry_type.endswith("LineString")
    return {
        "id": "name",
        "type": "symbol",
        "minzoom": max(choices.get("label_zoom", LABEL_ZOOM), spec.style.zoom_min),
        "filter": ["!=", NAME, ""],
        "layout": {
            "text-field": NAME,
            "text-font": REGULAR,
            "text-size": 12,
            **({"symbol-placement": "line"} if along else {"text-anchor": "top", "text-offset": [0, 0.9]}),
            "text-optional": True,
        },
        "paint": {"text-color": LABEL, "text-halo-color": HALO, "text-halo-width": 1.5},
    }
