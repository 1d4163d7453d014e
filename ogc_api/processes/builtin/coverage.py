"""Within minutes: how far one comes from a place, or from the nearest of many, over the real streets."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from gis_platform.core.crs import metric_srid
from layers.base.geometry import from_geojson
from layers.catalog import LayerSpec
from layers.streets.network import FASTEST_KMH, USUAL_KMH, Floats, Mode, Network, build, snapped
from ogc_api.processes import geojson, reading
from ogc_api.processes.declaring import (
    GEOJSON,
    Caller,
    Example,
    Input,
    Inputs,
    Kind,
    Output,
    Process,
    Progress,
    Results,
)
from ogc_api.processes.inputs import filter_input, layer_input, number_property

STREETS = "streets"
STREETS_MAX = 300_000
SOURCES_MAX = 5_000
SNAP_M = 300  # further from any street, a source is not on the network
METRES_PER_DEGREE = 110_574  # of latitude, at the equator, where it is least
SIMPLER_M = 2  # lines lose bends smaller than this before they are widened
ARC_STEPS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What is counted inside the areas: where it lies on the grid, and the number that is summed up, if any."""

    geometries: Any
    numbers: Floats | None


def _run(inputs: Inputs, progress: Progress, caller: Caller) -> Results:
    srid, mode = metric_srid(), Mode(inputs["mode"])
    breaks = sorted(set(map(float, inputs["minutes"])))
    progress(2, _("Reading"))
    sources = _sources(inputs, caller)
    network = _network(caller, sources, mode, longest=breaks[-1])
    progress(30, _("Searching ways"))
    points = shapely.get_coordinates(geojson.to_grid(sources, srid=srid))
    joined, nodes, away = snapped(network, points, metres_max=SNAP_M)
    on_network = nodes >= 0
    delays = away[on_network] / (USUAL_KMH[Mode.FOOT] * 1000 / 60)
    reaching = import_module("layers.streets.reaching")  # with scipy, for workers that run such jobs alone
    minutes = reaching.minutes_to(joined, nodes[on_network], delays, limit=breaks[-1])
    lines = reaching.stretches(joined, minutes, breaks)
    progress(45, _("Drawing"))
    areas = _areas(lines, width_m=float(inputs["beside_m"]), progress=progress)
    progress(85, _("Counting"))
    counted = _counted(inputs, caller, srid)
    figures = [
        _figures(limit, area, counted, inputs.get("sum_property")) for limit, area in zip(breaks, areas, strict=True)
    ]
    return {
        # The widest first: a map that draws them in order keeps the narrow ones on top.
        "areas": geojson.collection(
            geojson.feature(f"{limit:g}", geojson.to_wgs84(area, srid=srid), properties)
            for limit, area, properties in reversed(list(zip(breaks, areas, figures, strict=True)))
        ),
        "streets": geojson.collection(
            geojson.feature(f"{limit:g}", geojson.to_wgs84(line, srid=srid), {"minutes": limit})
            for limit, line in zip(breaks, lines, strict=True)
        ),
        "totals": {
            "sources": len(sources),
            "sources_off_network": int((~on_network).sum()),
            "segments": len(joined.tails),
            "reached_km": round(sum(line.length for line in lines) / 1000, 3),
            "breaks": figures,
        },
    }


def _sources(inputs: Inputs, caller: Caller) -> Any:
    """Points in EPSG:4326: the one that was given, or one for each feature of the layer."""
    if ("origin" in inputs) == ("layer" in inputs):
        raise reading.refused("origin", gettext("Give either a place or a layer to start from."))
    if "origin" in inputs:
        return np.array([from_geojson(inputs["origin"])], dtype=object)
    layer = caller.layer(inputs["layer"])
    read = reading.features(caller, layer, condition=inputs.get("filter"), most=SOURCES_MAX)
    return shapely.point_on_surface(read.geometries)


def _network(caller: Caller, sources: Any, mode: Mode, *, longest: float) -> Network:
    """Only the streets that can be reached at all: those in the boxes around the sources."""
    if len(sources) == 0:
        boxes: tuple[tuple[float, float, float, float], ...] = ((0.0, 0.0, 0.0, 0.0),)
    else:
        west, south, east, north = shapely.total_bounds(sources)
        metres = longest * FASTEST_KMH[mode] * 1000 / 60 + SNAP_M
        up = metres / METRES_PER_DEGREE
        aside = up / max(0.01, math.cos(math.radians(min(89.0, max(abs(south), abs(north)) + up))))
        boxes = ((max(-180.0, west - aside), max(-90.0, south - up), min(180.0, east + aside), min(90.0, north + up)),)
    streets = reading.features(
        caller, caller.layer(STREETS), columns=("category", "oneway", "oneway_bicycle"), most=STREETS_MAX, boxes=boxes
    )
    ways = streets.columns
    one_ways = [own or usual for own, usual in zip(ways["oneway_bicycle"], ways["oneway"], strict=True)]
    return build(streets.geometries, ways["category"], one_ways, mode=mode, srid=metric_srid())


def _areas(lines: Sequence[BaseGeometry], *, width_m: float, progress: Progress) -> list[BaseGeometry]:
    """For each break the land beside the streets that are reached by then; each holds the ones before it."""
    areas: list[BaseGeometry] = []
    whole: BaseGeometry = shapely.Polygon()
    for place, line in enumerate(lines):
        progress(45 + 40 * place / len(lines), _("Drawing"))
        beside = shapely.buffer(shapely.simplify(line, SIMPLER_M), width_m, quad_segs=ARC_STEPS)
        whole = shapely.union(whole, beside)
        areas.append(whole)
    return areas


def _counted(inputs: Inputs, caller: Caller, srid: int) -> Counted | None:
    if "counted_layer" not in inputs:
        return None
    layer: LayerSpec = caller.layer(inputs["counted_layer"])
    name = inputs.get("sum_property")
    columns = () if name is None else (number_property(layer, name, named="sum_property").name,)
    read = reading.features(
        caller, layer, condition=inputs.get("counted_filter"), named="counted_filter", columns=columns, srid=srid
    )
    if name is None:
        return Counted(read.geometries, None)
    return Counted(read.geometries, np.array([float(value or 0) for value in read.columns[name]]))


def _figures(limit: float, area: BaseGeometry, counted: Counted | None, summed: str | None) -> Mapping[str, Any]:
    figures: dict[str, Any] = {"minutes": limit, "area_km2": round(area.area / 1e6, 4)}
    if counted is not None:
        shapely.prepare(area)
        inside = shapely.intersects(area, counted.geometries)
        figures["count"] = int(inside.sum())
        if counted.numbers is not None:
            figures[f"sum_{summed}"] = round(float(counted.numbers[inside].sum()), 6)
    return figures


COVERAGE = Process(
    id="coverage",
    version="1.0.0",
    title=_("Within minutes"),
    description=_(
        "How far one comes on foot or by bicycle within some minutes, from a place or from the nearest feature of a"
        " layer, over the streets of the city: the area, the streets, and how much of another layer lies inside."
        " Bicycles keep to one-way streets; a street is cut where the time is up."
    ),
    keywords=("isochrone", "accessibility", "network"),
    inputs={
        "origin": Input(
            title=_("Place"),
            description=_("Longitude and latitude of where to start; or choose a layer below."),
            schema={
                "type": "object",
                "format": "geojson-geometry",
                "required": ["type", "coordinates"],
                "properties": {"type": {"const": "Point"}},
            },
            required=False,
            kind=Kind.POINT,
        ),
        "layer": layer_input(
            _("From the features of a layer"), description=_("The nearest of at most 5,000 counts."), required=False
        ),
        "filter": filter_input(),
        "mode": Input(
            title=_("On foot or by bicycle"),
            description=_("On foot 4.8 km/h; by bicycle 15 km/h, 18 on cycleways, 10 on paths, 6 where people walk."),
            schema={"type": "string", "enum": [mode.value for mode in Mode], "default": Mode.FOOT.value},
            required=False,
            titles={Mode.FOOT.value: _("On foot"), Mode.BICYCLE.value: _("By bicycle")},
        ),
        "minutes": Input(
            title=_("Minutes"),
            schema={
                "type": "array",
                "items": {"type": "number", "exclusiveMinimum": 0, "maximum": 60},
                "minItems": 1,
                "maxItems": 6,
                "default": [5, 10, 15],
            },
            required=False,
        ),
        "beside_m": Input(
            title=_("Beside the streets, metres"),
            description=_("How far from a street that is reached the land still counts as reached."),
            schema={"type": "number", "minimum": 5, "maximum": 200, "default": 50},
            required=False,
        ),
        "counted_layer": layer_input(_("What is counted inside"), required=False),
        "counted_filter": filter_input(_("Filter of what is counted")),
        "sum_property": Input(
            title=_("Property to sum up"),
            description=_("A number of the counted layer, such as the people who live at an address."),
            schema={"type": "string", "maxLength": 100},
            required=False,
        ),
    },
    outputs={
        "areas": Output(
            title=_("Areas"),
            description=_("One for each number of minutes, the widest first, with its figures."),
            schema={"type": "object", "format": "geojson-feature-collection"},
            media_type=GEOJSON,
        ),
        "streets": Output(
            title=_("Streets reached"),
            description=_("For each number of minutes the stretches that are reached by then and not before."),
            schema={"type": "object", "format": "geojson-feature-collection"},
            media_type=GEOJSON,
        ),
        "totals": Output(title=_("Totals"), schema={"type": "object"}),
    },
    run=_run,
    examples=(
        Example(
            title=_("Places within minutes on foot of a shop or an office"),
            inputs={"layer": "merchants", "mode": "foot", "minutes": [5, 10], "counted_layer": "places"},
        ),
        Example(
            title=_("From a place by bicycle"),
            inputs={"origin": {"type": "Point", "coordinates": [23.7245, 56.6505]}, "mode": "bicycle"},
        ),
    ),
)
