"""Expected values: arcs of a sphere with radius 6,371,008.77 m; and PostGIS, asked for the same, in test_postgis."""

import math

import pytest
import shapely
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_platform.core.sphere import RADIUS_M, distance_m

DEGREE_M = RADIUS_M * math.pi / 180  # 111,195.08 m


def test_one_degree_along_a_meridian():
    assert distance_m(shapely.Point(23, 56), shapely.Point(23, 57)) == pytest.approx(DEGREE_M)


def test_a_metre_is_not_lost_in_rounding():
    assert distance_m(shapely.Point(23, 56), shapely.Point(23, 56 + 1 / DEGREE_M)) == pytest.approx(1, abs=1e-6)


def test_beside_a_line_the_perpendicular_counts():
    meridian = shapely.LineString([(0, -1), (0, 1)])
    assert distance_m(shapely.Point(1, 0), meridian) == pytest.approx(DEGREE_M)
    assert distance_m(shapely.Point(0, 3), meridian) == pytest.approx(2 * DEGREE_M)


def test_inside_a_polygon_is_no_distance_and_inside_its_hole_is():
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert distance_m(shapely.Point(0.5, 0.5), ring) == 0
    assert distance_m(shapely.Point(1.5, 1.1), ring) == pytest.approx(0.1 * DEGREE_M, rel=1e-3)


near = st.tuples(st.floats(23.6, 23.8), st.floats(56.6, 56.7))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(point=near, corners=st.lists(near, min_size=2, max_size=4))
def test_postgis_measures_the_same(point, corners):
    line = shapely.LineString(corners)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(ST_GeogFromText(%s), ST_GeogFromText(%s), false)", [shapely.Point(point).wkt, line.wkt]
        )
        (expected,) = cursor.fetchone()
    assert distance_m(shapely.Point(point), line) == pytest.approx(expected, abs=0.01)
