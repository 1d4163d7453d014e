"""Metres. Geometry is stored in EPSG:4326; every measure and every change of grid goes through here."""

from dataclasses import dataclass
from functools import cache
from math import isfinite
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Expression, F
from numpy import column_stack
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import ProjError
from shapely import transform
from shapely.geometry.base import BaseGeometry

WGS84 = 4326
WEB_MERCATOR = 3857
WEB_MERCATOR_LATITUDE_MAX = 85.051128779806604  # degrees, where its square ends

_ellipsoid = Geod(ellps="WGS84")

type Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crs:
    """A coordinate system that may be asked for. `digits` are the decimals worth writing: a centimetre or less."""

    uri: str
    srid: int
    northing_first: bool  # its register puts latitude, or northing, before longitude or easting
    geographic: bool
    digits: int

    @property
    def header(self) -> str:
        """As the header Content-Crs says it."""
        return f"<{self.uri}>"


def _registered(srid: int) -> Crs:
    # The order of the axes comes from the register itself: in 3059, 3346 and 25884 the northing is first.
    register = CRS.from_epsg(srid)
    return Crs(
        uri=f"http://www.opengis.net/def/crs/EPSG/0/{srid}",
        srid=srid,
        northing_first=register.axis_info[0].direction == "north",
        geographic=register.is_geographic,
        digits=7 if register.is_geographic else 3,
    )


CRS84 = Crs(
    uri="http://www.opengis.net/def/crs/OGC/1.3/CRS84", srid=WGS84, northing_first=False, geographic=True, digits=7
)
# By URI, the storage's own first: WGS 84, Web Mercator, LKS-92, LKS-94 and the Baltic grid.
CRS_OFFERED = MappingProxyType(
    {crs.uri: crs for crs in (CRS84, *map(_registered, (WGS84, WEB_MERCATOR, 3059, 3346, 25884)))}
)


def to_storage(geometry: BaseGeometry, crs: Crs) -> BaseGeometry:
    """The geometry, whose coordinates are in the order of `crs`, as it is stored: EPSG:4326, longitude first."""
    if not crs.northing_first and crs.srid == WGS84:
        return geometry
    turn = transformer(from_srid=crs.srid, to_srid=WGS84)

    def turned(coordinates: Any) -> Any:
        x, y = coordinates.T[::-1] if crs.northing_first else coordinates.T
        return column_stack(turn.transform(x, y) if crs.srid != WGS84 else (x, y))

    return transform(geometry, turned)


def outer_box(box: Box, *, from_srid: int) -> Box:
    """The box in EPSG:4326 that holds the whole of a box on another grid, whose edges are curves there.

    x before y on both sides. Raises ValueError where the grid has no such place.
    """
    try:
        west, south, east, north = transformer(from_srid=from_srid, to_srid=WGS84).transform_bounds(*box, errcheck=True)
    except ProjError as error:
        raise ValueError("the box does not lie within its coordinate system") from error
    if not all(map(isfinite, (west, south, east, north))):
        raise ValueError("the box does not lie within its coordinate system")
    slack = max(east - west, north - south) / 1_000  # the edges were followed at a few points only
    return (west - slack, south - slack, east + slack, north + slack)


def metric_srid() -> int:
    """The national grid of the city: 3059 in Latvia, 3346 in Lithuania."""
    return int(settings.CITY.metric_srid)


def to_metric(geometry: GEOSGeometry) -> GEOSGeometry:
    """A copy on the city's metric grid; raises ValueError when the geometry does not say its SRID."""
    return transformed(geometry, to_srid=metric_srid())


def to_wgs84(geometry: GEOSGeometry) -> GEOSGeometry:
    return transformed(geometry, to_srid=WGS84)


def transformed(geometry: GEOSGeometry, *, to_srid: int) -> GEOSGeometry:
    """A copy in another grid; longitude or easting comes first in all of them."""
    if not geometry.srid:
        raise ValueError("the geometry does not say its coordinate system")
    copy = geometry.clone() if geometry.srid == to_srid else geometry.transform(to_srid, clone=True)
    assert copy is not None  # `clone=True` always returns one
    return copy


def in_metric(field: str | Expression) -> Transform:
    """The database expression of a geometry column on the city's metric grid.

    The SRID is an integer, for which PostGIS keeps the transformation; a text CRS is read anew for each row.
    """
    return Transform(F(field) if isinstance(field, str) else field, metric_srid())


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two (longitude, latitude) on the ellipsoid."""
    return float(_ellipsoid.inv(a[0], a[1], b[0], b[1])[2])


@cache
def transformer(*, from_srid: int, to_srid: int) -> Transformer:
    """For arrays of coordinates, x before y; made once for a pair of grids."""
    return Transformer.from_crs(from_srid, to_srid, always_xy=True)
