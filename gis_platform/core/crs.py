"""Metres. Geometry is stored in EPSG:4326; every measure and every change of grid goes through here."""

from functools import cache

from django.conf import settings
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Expression, F
from pyproj import Geod, Transformer

WGS84 = 4326
WEB_MERCATOR = 3857
WEB_MERCATOR_LATITUDE_MAX = 85.051128779806604  # degrees, where its square ends

_ellipsoid = Geod(ellps="WGS84")


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
