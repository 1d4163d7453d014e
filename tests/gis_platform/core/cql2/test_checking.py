import gettext
import pathlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import shapely
from psycopg.sql import SQL, Identifier

import gis_platform.core.cql2
from gis_platform.core.cql2 import closures, parsing, sql
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.fields import Field, FieldType

FIELDS = {
    name: Field(name, kind, Identifier("f", name))
    for name, kind in {
        "name": FieldType.STRING,
        "floors": FieldType.INTEGER,
        "height": FieldType.NUMBER,
        "open": FieldType.BOOLEAN,
        "built": FieldType.DATE,
        "seen": FieldType.TIMESTAMP,
        "geom": FieldType.GEOMETRY,
        "holds": FieldType.INTERVAL,
        "tags": FieldType.ARRAY,
    }.items()
}
RIGA = ZoneInfo("Europe/Riga")


def refused(text: str, **frame) -> FilterError:
    with pytest.raises(FilterError) as in_sql:
        sql.compile(parsing.from_text(text), FIELDS, **frame)
    with pytest.raises(FilterError) as in_memory:
        closures.compile(parsing.from_text(text), FIELDS, **frame)
    assert in_sql.value.detail == in_memory.value.detail
    return in_sql.value


def holds(text: str, **row) -> bool | None:
    return closures.compile(parsing.from_text(text), FIELDS)(row)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("colour = 'red'", "unknown-queryable", "There is no queryable “colour”; there are name, floors, height"),
        ("pg_sleep(1) = 1", "unknown-function", "There is no function or operator “pg_sleep”"),
        ("name = 5", "filter-type", "“=” cannot compare “name” (string) with 5 (integer)."),
        ("floors < 'x'", "filter-type", "“<” cannot compare “floors” (integer) with x (string)."),
        ("open > TRUE", "filter-type", "“>” cannot take “open” (boolean); it takes date, integer, number"),
        ("geom = geom", "filter-type", "“=” cannot take “geom” (geometry)"),
        ("name", "filter-type", "The filter is a value of type string; it needs a condition."),
        ("name + 1 = 2", "filter-type", "“+” cannot take “name” (string); it takes integer, number."),
        ("length(floors) = 1", "filter-type", "“length” cannot take “floors” (integer); it takes string."),
        ("length(name, name) = 1", "filter-type", "“length” takes 1 arguments, not 2."),
        ("s_intersects(geom, name)", "filter-type", "“s_intersects” cannot take “name” (string); it takes geometry."),
        ("t_after(name, built)", "filter-type", "“t_after” cannot take “name” (string)"),
        ("a_contains(name, ('x', 'y'))", "filter-type", "“a_contains” cannot take “name” (string); it takes array."),
        ("a_contains(tags, (1, 2))", "filter-type", "An array of the filter holds texts, written out."),
        ("name LIKE lower(name)", "filter-type", "LIKE needs a pattern that is written out."),
        ("built = 'yesterday'", "filter-value", "“yesterday” is not a date; write it as 2026-02-28."),
        ("built = '2026-02-30'", "filter-value", "“2026-02-30” is not a date; write it as 2026-02-28."),
        ("name LIKE '%a%b%c%d%e%f%g%h%'", "filter-too-costly", "at most 200 characters and 8 wildcards"),
        (
            " AND ".join(["accenti(casei(name)) = accenti(casei('x'))"] * 3),
            "filter-too-costly",
            "The filter is too much work for each feature; use ACCENTI, CASEI less often.",
        ),
        ("t_during(seen, INTERVAL('2026-02-02','2026-02-01'))", "filter-value", "ends before it starts"),
        ("s_within(geom, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "filter-geometry", "is not valid: Self-intersection"),
        ("s_within(geom, POINT(50000 6000000))", "filter-geometry", "name its CRS, or check the axes"),
    ],
)
def test_a_refusal_says_what_to_change(text, code, message):
    error = refused(text)
    assert error.code == code
    assert message in error.detail


def test_a_refusal_can_be_translated():
    error = refused("colour = 'red'")
    assert error.message == "There is no queryable “{name}”; there are {known}."
    assert error.values["name"] == "colour"
    assert error.message.format(**error.values) == error.detail
    assert gettext.NullTranslations().gettext(error.message) == error.message


def test_no_django_is_needed():
    package = pathlib.Path(gis_platform.core.cql2.__file__).parent
    assert [
        path.name for path in package.glob("*.py") if "django" in path.read_text().lower().replace("no django", "")
    ] == []


def test_every_value_is_bound_and_typed():
    text = "name = 'x''); --' AND floors IN (1, 2) AND height < 1.5 AND built > DATE('2026-01-01') AND open = TRUE"
    condition, values = sql.compile(parsing.from_text(text), FIELDS)
    assert condition.as_string() == (
        '(("f"."name" = %s::text) AND ("f"."floors" = ANY(%s::bigint[])) AND ("f"."height" < %s::double precision)'
        ' AND ("f"."built" > %s::date) AND ("f"."open" = %s::boolean))'
    )
    assert values == ["x'); --", [1, 2], 1.5, date(2026, 1, 1), True]


def test_what_depends_on_no_row_is_worked_out_once():
    condition, values = sql.compile(parsing.from_text("floors >= 3*4-2 AND casei(name) = casei('ŠĶŪNIS')"), FIELDS)
    assert values == [10, "šķūnis"]
    assert '"f"."floors" >= %s::bigint' in condition.as_string()


def test_a_spatial_condition_uses_the_index(postgis):
    postgis.execute("DROP TABLE IF EXISTS pg_temp.cql2_points")
    postgis.execute(
        "CREATE TEMPORARY TABLE cql2_points AS SELECT ST_SetSRID(ST_Point(20 + i / 1000.0, 56), 4326) AS geom"
        " FROM generate_series(1, 5000) AS i"
    )
    postgis.execute("CREATE INDEX ON cql2_points USING gist (geom)")
    postgis.execute("ANALYZE cql2_points")
    condition, values = sql.compile(parsing.from_text("S_INTERSECTS(geom, BBOX(23, 55.9, 23.01, 56.1))"), FIELDS)
    plan = postgis.execute(SQL("EXPLAIN SELECT * FROM cql2_points AS f WHERE {}").format(condition), values).fetchall()
    assert any("Index Cond: (geom &&" in line for (line,) in plan)


@pytest.mark.parametrize(
    ("row", "expected"),
    [({"floors": 1}, False), ({"floors": 3}, True), ({"floors": None}, None), ({}, None)],
)
def test_unknown_is_neither_true_nor_false(row, expected):
    assert holds("floors > 2", **row) is expected
    assert holds("NOT floors > 2", **row) is (None if expected is None else not expected)


def test_unknown_gives_way_to_what_decides():
    assert holds("floors > 2 AND name = 'x'", name="y") is False
    assert holds("floors > 2 OR name = 'x'", name="x") is True
    assert holds("floors > 2 AND name = 'x'", name="x") is None
    assert holds("floors IN (1, 2)") is None
    assert holds("floors IS NULL") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name LIKE '10\\% of_'", True),
        ("name LIKE '10% of_'", True),
        ("name LIKE '10\\_ of_'", False),
        ("name LIKE '%OFF'", False),
        ("casei(name) LIKE casei('%OFF')", True),
        ("name LIKE ''", False),
        ("name NOT LIKE 'x%'", True),
    ],
)
def test_a_backslash_protects_a_wildcard(text, expected):
    assert holds(text, name="10% off") is expected


def test_a_pattern_never_goes_back():
    assert holds("name LIKE '%a%a%a%a%a%a%a%b'", name="a" * 20_000) is False


# 29 March 2026 has 23 hours in Latvia: from 22:00 UTC of the day before to 21:00 UTC.
@pytest.mark.parametrize(
    ("moment", "comparison", "expected"),
    [
        (datetime(2026, 3, 28, 22, tzinfo=UTC), "=", True),
        (datetime(2026, 3, 28, 21, 59, 59, tzinfo=UTC), "=", False),
        (datetime(2026, 3, 29, 20, 59, 59, 999_999, tzinfo=UTC), "=", True),
        (datetime(2026, 3, 29, 21, tzinfo=UTC), "=", False),
        (datetime(2026, 3, 29, 21, tzinfo=UTC), ">", True),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), ">", False),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), ">=", True),
        (datetime(2026, 3, 28, 21, 59, tzinfo=UTC), "<", True),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), "<=", True),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), "<>", False),
    ],
)
def test_a_date_beside_a_time_is_the_whole_day_of_the_city(moment, comparison, expected):
    for text in (f"seen {comparison} DATE('2026-03-29')", f"seen {comparison} '2026-03-29'"):
        assert closures.compile(parsing.from_text(text), FIELDS, zone=RIGA)({"seen": moment}) is expected


def test_parentheses_around_one_text_are_an_array_to_array_functions():
    assert holds("a_contains(tags, ('a'))", tags=["a", "b"]) is True
    assert holds("a_equals(tags, ('b', 'a', 'a'))", tags=["a", "b"]) is True
    assert holds("a_overlaps(tags, ('c'))", tags=["a", "b"]) is False
    assert holds("a_containedBy(tags, ('a', 'b', 'c'))", tags=["a", "b"]) is True


def test_division_by_zero_is_unknown():
    assert holds("floors / (floors - 3) > 1", floors=3) is None
    assert holds("floors div 2 = 1", floors=3) is True
    assert holds("floors / 2 = 1.5", floors=3) is True
    assert holds("(0 - floors) % 2 = -1", floors=3) is True
    assert holds("(0 - floors) ^ 0.5 > 0", floors=3) is None


def test_coordinates_are_in_the_filters_own_crs():
    # PostGIS says of this point in Jelgava that it is at 483,310 east and 278,649 north in EPSG:3059, which names
    # northings first.
    point = shapely.Point(23.7278, 56.6517)
    northing, easting = 278_649, 483_310
    east_first = f"S_INTERSECTS(geom, BBOX({easting - 500}, {northing - 500}, {easting + 500}, {northing + 500}))"
    north_first = f"S_INTERSECTS(geom, BBOX({northing - 500}, {easting - 500}, {northing + 500}, {easting + 500}))"
    assert closures.compile(parsing.from_text(east_first), FIELDS, srid=3059)({"geom": point}) is True
    framed = {"srid": 3059, "northing_first": True}
    assert closures.compile(parsing.from_text(north_first), FIELDS, **framed)({"geom": point}) is True
    latitude_first = parsing.from_text("S_INTERSECTS(geom, BBOX(56.6, 23.7, 56.7, 23.8))")
    assert closures.compile(latitude_first, FIELDS, northing_first=True)({"geom": point}) is True
    assert refused("S_INTERSECTS(geom, POINT(1e12 1e12))", srid=3059).code == "filter-geometry"


def test_the_sides_of_a_box_are_straight_on_its_own_grid(postgis):
    box = (400_000, 200_000, 600_000, 400_000)
    condition = parsing.from_text(f"S_INTERSECTS(geom, BBOX{box})")
    for easting, northing, inside in [(500_000, 200_002, True), (500_000, 199_998, False), (500_000, 399_998, True)]:
        place = postgis.execute(
            "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_Point(%s, %s), 3059), 4326) AS p",
            [easting, northing],
        ).fetchone()
        assert closures.compile(condition, FIELDS, srid=3059)({"geom": shapely.Point(*place)}) is inside


@pytest.mark.parametrize(
    ("longitude", "expected"), [(179.5, True), (-179.5, True), (0, False), (170, True), (169, False)]
)
def test_a_box_may_run_over_the_antimeridian(longitude, expected):
    assert holds("S_INTERSECTS(geom, BBOX(170, -10, -170, 10))", geom=shapely.Point(longitude, 0)) is expected


def test_a_box_without_area_is_a_line_or_a_point():
    assert holds("S_INTERSECTS(geom, BBOX(23, 56, 23, 57))", geom=shapely.Point(23, 56.5)) is True
    assert holds("S_INTERSECTS(geom, BBOX(23, 56, 23, 56))", geom=shapely.Point(23, 56)) is True


def test_an_open_interval_has_no_end_and_a_missing_one_is_unknown():
    assert holds("T_AFTER(seen, INTERVAL('..', '2026-01-01'))", seen=datetime(2026, 1, 2, tzinfo=UTC)) is True
    assert (
        holds("T_DURING(holds, INTERVAL('2026-01-01', '..'))", holds=(datetime(2026, 1, 2, tzinfo=UTC), None)) is False
    )
    assert holds("T_INTERSECTS(INTERVAL(built, seen), INTERVAL('2026-01-01', '..'))", built=date(2026, 1, 1)) is None
    assert holds("T_INTERSECTS(holds, built)", holds=None, built=date(2026, 1, 1)) is None
