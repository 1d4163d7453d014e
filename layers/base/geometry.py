"""Geometries on their way in: parsed, fitted to a layer's type, and refused with a reason when they cannot be kept."""

import json
from collections.abc import Callable
from typing import Any, cast

import shapely
from django.conf import settings
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec

VERTICES_MAX = 100_000  # one feature; larger ones make tiles and pages slow for everybody
# Longitude and latitude, with room for the rounding of files that reach the antimeridian (180.00000000000006).
DEGREES = (-180.000001, -90.000001, 180.000001, 90.000001)
MULTI = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
PARTS: dict[str, Callable[..., Any]] = {
    "MultiPoint": shapely.multipoints,
    "MultiLineString": shapely.multilinestrings,
    "MultiPolygon": shapely.multipolygons,
}


class InvalidGeometry(InvalidInput):
    code = "invalid-geometry"


def from_geojson(data: Any) -> BaseGeometry:
    """A two-dimensional geometry in EPSG:4326 (longitude, latitude) from a GeoJSON object; raises InvalidGeometry."""
    if not isinstance(data, dict) or "type" not in data:
        raise InvalidGeometry(_("The geometry must be a GeoJSON geometry object with a type and coordinates."))
    try:
        geometry = shapely.from_geojson(json.dumps(data))
    except (shapely.errors.GEOSException, ValueError, RecursionError) as error:
        raise InvalidGeometry(_("The geometry is not GeoJSON that can be read.")) from error
    return shapely.force_2d(geometry)


def fit(spec: LayerSpec, geometry: BaseGeometry) -> BaseGeometry:
    """The geometry as the layer stores it; raises InvalidGeometry with the first reason why it cannot be kept."""
    fitted = _promoted(geometry, spec.geometry_type)
    if problem := problem_of(spec, fitted):
        raise InvalidGeometry(problem, fields={"geometry": problem})
    return fitted


def _promoted(geometry: BaseGeometry, geometry_type: str) -> BaseGeometry:
    if MULTI.get(geometry_type) == geometry.geom_type:
        return cast(BaseGeometry, PARTS[geometry_type]([geometry]))
    if MULTI.get(geometry.geom_type) == geometry_type and shapely.get_num_geometries(geometry) == 1:
        return cast(BaseGeometry, shapely.get_geometry(geometry, 0))
    return geometry


def problem_of(spec: LayerSpec, geometry: BaseGeometry) -> str:
    """Why the layer cannot keep this geometry (EPSG:4326), in the active language; empty when it can."""
    if shapely.is_empty(geometry):
        return _("The geometry is empty.")
    if spec.geometry_type not in ("Geometry", geometry.geom_type):
        return _("The layer holds geometries of type {wanted}, this is a {given}.").format(
            wanted=spec.geometry_type, given=geometry.geom_type
        )
    if shapely.get_num_coordinates(geometry) > VERTICES_MAX:
        return _("The geometry has more than {limit} vertices; simplify it.").format(limit=VERTICES_MAX)
    if not shapely.is_valid(geometry):
        return _("The geometry is not valid: {reason}.").format(reason=shapely.is_valid_reason(geometry))
    return _problem_of_position(spec, geometry.bounds)


def _problem_of_position(spec: LayerSpec, bounds: tuple[float, float, float, float]) -> str:
    if not within(bounds, DEGREES):
        return _("The coordinates are not longitude and latitude in degrees; send them in EPSG:4326 or name their CRS.")
    if spec.inside_city and not within(bounds, settings.CITY.bounds):
        west, south, east, north = bounds
        if within((south, west, north, east), settings.CITY.bounds):
            return _("Longitude and latitude are swapped; write longitude first.")
        return _("The position lies outside of {city} and its surroundings.").format(city=settings.CITY.name)
    return ""


def within(inner: tuple[float, float, float, float], outer: tuple[float, float, float, float]) -> bool:
    """Whether a box (west, south, east, north) lies inside another, edges included.

    >>> within((23.7, 56.6, 23.8, 56.7), (23.2, 56.3, 24.2, 56.9))
    True
    >>> within((56.6, 23.7, 56.7, 23.8), (23.2, 56.3, 24.2, 56.9))
    False
    """
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
