"""Stops and routes of a GTFS feed (gtfs.org/documentation/schedule/reference), each as a table."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import batched
from pathlib import Path

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS

from layers.catalog import PropertyType
from layers.imports.errors import BrokenFile, EmptyFile, TooManyFeatures
from layers.imports.readers.csv_table import csv_table
from layers.imports.readers.table import Attribute, Batch, Table
from layers.imports.readers.text_table import encoding_of, header, rows

STOPS, ROUTES = TABLES = ("stops", "routes")
FILES = ("stops.txt", "routes.txt", "trips.txt", "shapes.txt")
IDS = {STOPS: "stop_id", ROUTES: "route_id"}
# GTFS says "wheelchair_boarding" 1 and 2, "route_type" 3, "route_color" F4B427.
WHEELCHAIR = {"1": "yes", "2": "no"}
MODES = {"0": "tram", "1": "rail", "2": "rail", "3": "bus", "11": "trolleybus", "12": "rail"}
MODES_EXTENDED = {1: "rail", 2: "bus", 4: "rail", 7: "bus", 8: "trolleybus", 9: "tram"}  # by hundreds
SHAPE_POINTS_MAX = 10_000_000


def gtfs_table(folder: Path, name: str) -> Table:
    """The table `stops` (points) or `routes` (the courses of the shapes of its trips), as text under GTFS's names."""
    return _stops(folder) if name == STOPS else _routes(folder)


def mode(route_type: str) -> str:
    """Our mode for a route_type, basic or extended.

    >>> mode("3"), mode("900"), mode("4")
    ('bus', 'tram', 'other')
    """
    extended = MODES_EXTENDED.get(int(route_type) // 100) if route_type.isdigit() and len(route_type) > 2 else None
    return MODES.get(route_type) or extended or "other"


TRANSLATIONS: dict[str, dict[str, tuple[str, Callable[[str], str]]]] = {
    "transit_stops": {
        "stop_name": ("name", str),
        "stop_code": ("code", str),
        "zone_id": ("zone", str),
        "wheelchair_boarding": ("wheelchair", lambda value: WHEELCHAIR.get(value, "")),
    },
    "transit_routes": {
        "route_long_name": ("name", str),
        "route_short_name": ("code", str),
        "route_type": ("mode", mode),
        "route_color": ("color", lambda value: f"#{value.lower()}" if value else ""),
    },
}
LAYER_TABLES = {"transit_stops": STOPS, "transit_routes": ROUTES}


def as_layer(table: Table, layer: str) -> Table:
    """The table under the property names of our layer of stops or of routes."""
    wanted = {a.name: TRANSLATIONS[layer][a.name] for a in table.attributes if a.name in TRANSLATIONS[layer]}

    def read(size: int) -> Iterator[Batch]:
        for batch in table.read(size):
            batch.values = {
                name: [None if value is None else translate(value) for value in batch.values[attribute]]
                for attribute, (name, translate) in wanted.items()
            }
            yield batch

    return Table(
        name=table.name,
        attributes=tuple(Attribute(name, PropertyType.STRING) for name, _translate in wanted.values()),
        geometry_types=table.geometry_types,
        count=table.count,
        size_bytes=table.size_bytes,
        crs=table.crs,
        read=read,
        id_name=table.id_name,
        notices=table.notices,
    )


def _stops(folder: Path) -> Table:
    table = csv_table(folder / "stops.txt", encoding="")
    names = [a.name for a in table.attributes]
    _require(names, "stops.txt", "stop_id")

    def read(size: int) -> Iterator[Batch]:
        for batch in table.read(size):
            batch.ids = batch.values["stop_id"]
            yield batch

    return Table(
        name=STOPS,
        attributes=tuple(Attribute(name, PropertyType.STRING) for name in names),
        geometry_types=table.geometry_types,
        count=table.count,
        size_bytes=table.size_bytes,
        crs=CRS.from_epsg(4326),
        read=read,
        id_name="stop_id",
    )


def _routes(folder: Path) -> Table:
    names, lines = _file(folder, "routes.txt", "route_id", "route_type")
    routes = list(lines)
    if not routes:
        raise EmptyFile(_("The feed has no routes."))
    return Table(
        name=ROUTES,
        attributes=tuple(Attribute(name, PropertyType.STRING) for name in names),
        geometry_types=frozenset({"MultiLineString"}),
        count=len(routes),
        size_bytes=sum(file.stat().st_size for file in folder.iterdir()),
        crs=CRS.from_epsg(4326),
        read=lambda size: _route_batches(folder, names, routes, size),
        id_name="route_id",
    )


def _route_batches(folder: Path, names: list[str], routes: list[list[str]], size: int) -> Iterator[Batch]:
    courses = _courses(folder)
    key = names.index("route_id")
    for chunk in batched(enumerate(routes, start=1), size):
        geometries = np.empty(len(chunk), dtype=object)
        faults = {}
        for index, (_row, route) in enumerate(chunk):
            lines = courses.get(route[key])
            if lines:
                geometries[index] = shapely.multilinestrings(lines)
            else:
                faults[index] = _("None of the route's trips has a shape.")
        yield Batch(
            rows=[row for row, _route in chunk],
            geometries=geometries,
            ids=[route[key] for _row, route in chunk],
            values={name: [route[i] or None for _row, route in chunk] for i, name in enumerate(names)},
            faults=faults,
        )


def _courses(folder: Path) -> dict[str, list[shapely.LineString]]:
    """The lines of each route: one for each shape that a trip of it follows, in the order of their ids."""
    if not (folder / "shapes.txt").exists() or not (folder / "trips.txt").exists():
        return {}
    names, trips = _file(folder, "trips.txt", "route_id", "trip_id")
    if "shape_id" not in names:
        return {}
    route, shape = names.index("route_id"), names.index("shape_id")
    used = {(trip[route], trip[shape]) for trip in trips if trip[shape]}
    shapes = _shapes(folder)
    courses: dict[str, list[shapely.LineString]] = defaultdict(list)
    for route_id, shape_id in sorted(used):
        if len(points := shapes.get(shape_id, [])) > 1:
            courses[route_id].append(shapely.linestrings([(x, y) for _sequence, x, y in sorted(points)]))
    return courses


def _shapes(folder: Path) -> dict[str, list[tuple[int, float, float]]]:
    names, lines = _file(folder, "shapes.txt", "shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
    key, lat, lon, sequence = (
        names.index(name) for name in ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
    )
    shapes: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for count, line in enumerate(lines):
        if count >= SHAPE_POINTS_MAX:
            raise TooManyFeatures(_("The feed's shapes have more than {limit} points.").format(limit=SHAPE_POINTS_MAX))
        try:
            shapes[line[key]].append((int(line[sequence]), float(line[lon]), float(line[lat])))
        except ValueError as error:
            raise BrokenFile(_("shapes.txt holds a position that is not a number.")) from error
    return shapes


def _file(folder: Path, name: str, *required: str) -> tuple[list[str], Iterator[list[str]]]:
    encoding = encoding_of(folder / name, wanted="")
    names = header(folder / name, encoding=encoding, delimiter=",")
    _require(names, name, *required)
    lines = rows(folder / name, encoding=encoding, delimiter=",")
    next(lines)
    width = len(names)
    return names, ((line + [""] * (width - len(line)))[:width] for line in lines)


def _require(names: list[str], file: str, *required: str) -> None:
    if missing := [name for name in required if name not in names]:
        raise BrokenFile(_("{file} has no column {names}.").format(file=file, names=", ".join(missing)))
