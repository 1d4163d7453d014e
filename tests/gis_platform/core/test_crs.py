from math import radians, sin

import pytest
from django.contrib.gis.geos import Point, Polygon
from django.db import connection
from pyproj import Transformer
from shapely import Point as ShapelyPoint

from gis_platform.city import CITIES
from gis_platform.core import crs


def test_each_city_measures_on_its_national_grid(settings):
    grids = {}
    for name, city in CITIES.items():
        settings.CITY = city
        grids[name] = crs.metric_srid()
    assert grids == {"jelgava": 3059, "siauliai": 3346}


def test_the_centre_of_the_grid_is_where_its_definition_puts_it(city_of_jelgava):
    # LKS-92 (EPSG:3059): on the central meridian, 24° E, the easting is 500,000 m and the scale 0.9996; the false
    # northing is -6,000,000 m. Arc of the meridian on GRS 80, metres, by its usual series with latitude in degrees:
    arc_m = 111132.9526 * 56 - 16038.5086 * sin(radians(112)) + 16.8326 * sin(radians(224)) - 0.022 * sin(radians(336))
    metric = crs.to_metric(Point(24, 56, srid=4326))
    assert metric.srid == 3059
    assert metric.x == pytest.approx(500_000, abs=0.01)
    assert metric.y == pytest.approx(0.9996 * arc_m - 6_000_000, abs=0.05)


def test_there_and_back_again_is_the_same_place(city_of_jelgava):
    there = crs.to_metric(Point(23.7270, 56.6511, srid=4326))
    assert crs.to_wgs84(there).coords == pytest.approx((23.7270, 56.6511), abs=1e-9)


def test_the_original_stays_as_it_was(city_of_jelgava):
    square = Polygon.from_bbox((23.7, 56.6, 23.8, 56.7))
    square.srid = 4326
    crs.to_metric(square)
    assert square.srid == 4326
    assert crs.to_wgs84(square) is not square


def test_a_geometry_that_does_not_say_its_grid_is_refused():
    with pytest.raises(ValueError, match="coordinate system"):
        crs.to_metric(Point(1, 2))


def test_metres_between_two_places():
    # One degree of latitude around 56.5° N is 111.35 km on the ellipsoid.
    assert crs.distance_m((23.7, 56.0), (23.7, 57.0)) == pytest.approx(111_350, abs=20)


def test_arrays_have_longitude_first(city_of_jelgava):
    x, y = crs.transformer(from_srid=4326, to_srid=3059).transform(23.7270, 56.6511)
    assert (x, y) == pytest.approx(crs.to_metric(Point(23.7270, 56.6511, srid=4326)).coords, abs=0.01)


@pytest.mark.django_db
def test_the_database_agrees(city_of_jelgava):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(g), ST_Y(g) FROM ST_Transform('SRID=4326;POINT(23.7270 56.6511)'::geometry, 3059) g"
        )
        row = cursor.fetchone()
    assert row == pytest.approx(crs.to_metric(Point(23.7270, 56.6511, srid=4326)).coords, abs=0.01)


@pytest.mark.parametrize("srid", [4326, 3857, 3059, 3346, 25884])
def test_what_was_written_in_the_order_of_the_register_is_stored_as_longitude_and_latitude(srid):
    offered = crs.CRS_OFFERED[f"http://www.opengis.net/def/crs/EPSG/0/{srid}"]
    written = Transformer.from_crs("OGC:CRS84", srid).transform(23.7344, 56.6556)
    stored = crs.to_storage(ShapelyPoint(written), offered)
    assert (stored.x, stored.y) == pytest.approx((23.7344, 56.6556), abs=1e-8)
    assert crs.to_storage(stored, crs.CRS84) == stored


def test_the_outer_box_holds_every_point_of_the_box():
    box = (480_000.0, 250_000.0, 530_000.0, 300_000.0)
    west, south, east, north = crs.outer_box(box, from_srid=3059)
    turn = Transformer.from_crs(3059, 4326, always_xy=True)
    for x in range(480_000, 530_001, 500):
        for y in (250_000, 300_000):
            lon, lat = turn.transform(x, y)
            assert west <= lon <= east
            assert south <= lat <= north


def test_a_box_beyond_its_grid_is_refused():
    with pytest.raises(ValueError, match="does not lie within"):
        crs.outer_box((1e12, 1e12, 2e12, 2e12), from_srid=3059)
