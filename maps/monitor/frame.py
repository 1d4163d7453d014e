"""The map that folium writes, made so that it may be shown.

folium writes a script of its own and puts whatever it is given into it: in popups and tooltips `${...}`, backticks and
`</script>` would run. So it is given geometry, ids and class names of ours alone. Names go into a block of JSON beside
the script, from which monitor/frame.js sets them as text. The document is sandboxed: it has no origin and no cookies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Figure
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _
from folium.utilities import JsCode

from maps.monitor.land import HeatLine, PlaceLine, ground
from maps.monitor.sensors import SensorLine
from rules.loyalty.queries import HeatCell, as_geojson

GROUND = (("boundaries", "kind"), ("land_cover", "kind"), ("streets", ""))  # layer, the property that says how to draw
GROUND_CLASSES = {
    "city": "ground city",
    "district": "ground district",
    "water": "ground water",
    "park": "ground green",
    "forest": "ground green",
    "island": "ground green",
}
MARGIN_DEG = 0.004


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The parts of the document: `html` and `script` are folium's, `data` what the script beside them fills in."""

    styles: list[str]
    scripts: list[str]
    html: str
    script: str
    data: dict[str, Any]


class OwnMap(folium.Map):
    """folium's map without a tile of anybody else's and with our copies of its files. It needs no more of them."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def __init__(self) -> None:
        longitude, latitude = settings.CITY.centre
        super().__init__(
            location=[latitude, longitude],
            zoom_start=round(settings.CITY.zoom),
            tiles=None,
            min_zoom=10,
            max_zoom=18,
            attribution_control=False,
            zoom_snap=0.25,
        )
        self._id = "city"
        self.default_css = [(path, static(path)) for path in STYLES]
        self.default_js = [(path, static(path)) for path in SCRIPTS]


STYLES = ("vendor/leaflet/leaflet.css", "css/tokens.css", "monitor/frame.css")
SCRIPTS = ("vendor/leaflet/leaflet.js", "monitor/frame.js")


def build(
    *, sensors: Sequence[SensorLine], places: Sequence[PlaceLine], cells: Sequence[HeatCell], heat: Sequence[HeatLine]
) -> Frame:
    """The map of the heat cells, smart places and sensors over the city's ground."""
    city_map = OwnMap()
    for layer_id, kind in GROUND:
        _add(city_map, layer_id, ground(layer_id, kind), lambda feature: _ground_class(feature))
    levels = {line.cell: line.level for line in heat}
    _add(city_map, "cells", as_geojson(list(cells))["features"], lambda feature: f"cell cell-{levels[feature['id']]}")
    _add(city_map, "places", [_point(place) for place in places], lambda _feature: "place", radius=5)
    states = {sensor.id: sensor.state for sensor in sensors}
    _add(
        city_map,
        "sensors",
        [_point(sensor) for sensor in sensors],
        lambda feature: f"sensor sensor-{states[feature['id']]}",
        radius=9,
    )
    city_map.fit_bounds(_bounds([*sensors, *places]))
    figure = city_map.get_root()
    assert isinstance(figure, Figure), "folium puts a map into a figure"
    figure.render()
    return Frame(
        styles=[url for _name, url in city_map.default_css],
        scripts=[url for _name, url in city_map.default_js],
        html=figure.html.render(),
        script=figure.script.render(),
        data=_data(sensors, places, heat),
    )


def _add(city_map: OwnMap, name: str, features: list[dict[str, Any]], css_class: Any, *, radius: int = 0) -> None:
    """A layer whose looks are left to the style sheet, so that they follow the reader's colours."""
    if not features:
        return
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: {"className": css_class(feature)},
        marker=folium.CircleMarker(radius=radius, fill=True) if radius else None,
        on_each_feature=JsCode(f"cityFrame.each('{name}')"),
        interactive=not css_class(features[0]).startswith("ground"),
    )
    layer._id = name
    layer.add_to(city_map)


def _ground_class(feature: dict[str, Any]) -> str:
    # Not the value itself: that is data, and folium writes what a style holds into its script as it is.
    return GROUND_CLASSES.get(feature["properties"]["kind"], "ground street")


def _point(line: SensorLine | PlaceLine) -> dict[str, Any]:
    position = [round(line.longitude, 6), round(line.latitude, 6)]
    return {
        "type": "Feature",
        "id": line.id,
        "geometry": {"type": "Point", "coordinates": position},
        "properties": {"id": line.id},
    }


def _bounds(lines: Sequence[SensorLine | PlaceLine]) -> list[list[float]]:
    """South-west and north-east corner, as Leaflet wants them: of what there is, else of the city."""
    west, south, east, north = settings.CITY.bounds
    longitudes, latitudes = [line.longitude for line in lines], [line.latitude for line in lines]
    if lines:
        west, east = min(longitudes) - MARGIN_DEG, max(longitudes) + MARGIN_DEG
        south, north = min(latitudes) - MARGIN_DEG, max(latitudes) + MARGIN_DEG
    return [[south, west], [north, east]]


def _data(sensors: Sequence[SensorLine], places: Sequence[PlaceLine], heat: Sequence[HeatLine]) -> dict[str, Any]:
    return {
        "sensors": {
            line.id: {
                "name": line.name,
                "kind": line.category_title,
                "category": line.category,
                "label": line.label,
                "state": line.state,
            }
            for line in sensors
        },
        "places": {line.id: {"name": line.name, "kind": line.kind_title} for line in places},
        "cells": {
            line.cell: {
                "name": line.near,
                "kind": line.district,
                "label": _("Check-ins: %(count)s") % {"count": line.check_ins},
            }
            for line in heat
        },
        "texts": {
            "map": _("Map of the monitor"),
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "close": _("Close"),
            "inTable": _("Show in the table"),
            "live": _("Live"),
            "silent": _("Silent"),
            "empty": _("No reading yet"),
        },
    }
