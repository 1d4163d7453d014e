"""A feature's geometry in the form: two numbers for a point, GeoJSON as text for everything else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from shapely import Point
from shapely.geometry.base import BaseGeometry

from layers.base.geometry import InvalidGeometry, from_geojson
from layers.catalog import LayerSpec

NAMES = ("longitude", "latitude", "geojson")
TEXT_LENGTH_MAX = 500_000  # characters; a longer geometry is changed in a GIS, not in a form
POINTLESS = ("LineString", "MultiLineString", "Polygon", "MultiPolygon", "MultiPoint")


@dataclass(frozen=True, kw_only=True)
class Position:
    """The texts of the three fields; `geojson` is empty for a point and for what is too large to be edited as text."""

    longitude: str = ""
    latitude: str = ""
    geojson: str = ""


def position_of(geometry: dict[str, Any] | None) -> Position:
    if geometry is None:
        return Position()
    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        return Position(longitude=_degrees(longitude), latitude=_degrees(latitude))
    text = json.dumps(geometry)
    return Position(geojson=text if len(text) <= TEXT_LENGTH_MAX else "")


def submitted_position(data: Mapping[str, str]) -> Position:
    return Position(**{name: data.get(name, "").strip() for name in NAMES})


def takes_points(spec: LayerSpec) -> bool:
    return spec.geometry_type not in POINTLESS


def geometry_of(position: Position, *, before: Position) -> BaseGeometry | None:
    """The geometry written into the form, None where it still says what it said before; raises InvalidGeometry.

    A text that was changed outranks the two numbers.
    """
    if position.geojson and position.geojson != before.geojson:
        return _from_text(position.geojson)
    if (position.longitude, position.latitude) == (before.longitude, before.latitude):
        return None
    if not position.longitude and not position.latitude:
        return None
    return _from_numbers(position)


def required_geometry(position: Position) -> BaseGeometry:
    """The geometry of a new feature; raises InvalidGeometry."""
    geometry = geometry_of(position, before=Position())
    if geometry is None:
        raise _refused(_("Say where it is: press on the map or write the coordinates."))
    return geometry


def _from_numbers(position: Position) -> BaseGeometry:
    try:
        longitude, latitude = (float(text.replace(",", ".")) for text in (position.longitude, position.latitude))
    except ValueError as error:
        raise _refused(_("Longitude and latitude are two numbers of degrees.")) from error
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):  # refuses what is not a number, too
        raise _refused(_("Longitude lies between -180 and 180 degrees, latitude between -90 and 90."))
    return Point(longitude, latitude)


def _from_text(text: str) -> BaseGeometry:
    """A geometry, or the geometry of the one feature that somebody copied from elsewhere."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(_("The geometry is not GeoJSON that can be read.")) from error
    if isinstance(data, dict) and data.get("type") == "Feature":
        data = data.get("geometry")
    try:
        return from_geojson(data)
    except InvalidGeometry as error:
        raise _refused(str(error)) from error


def _degrees(number: float) -> str:
    return f"{number:.7f}".rstrip("0").rstrip(".")


def _refused(reason: str) -> InvalidGeometry:
    return InvalidGeometry(reason, fields={"geometry": reason})
