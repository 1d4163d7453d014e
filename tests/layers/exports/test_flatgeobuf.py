"""FlatGeobuf: what GDAL reads out of it is what GeoJSON says of the same features."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL

from gis_platform.core.crs import CRS84, CRS_OFFERED
from layers.catalog import LayerSpec, Property, PropertyType, Style
from layers.exports import reading
from layers.exports.flatgeobuf import flatgeobuf
from layers.exports.selections import Selection
from layers.exports.streaming import geojson

pytestmark = pytest.mark.django_db

LINES_OF_TWO = "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 5))"
SHAPES = {
    "Point": ["POINT (23.7 56.6)", "POINT (-1 0)"],
    "LineString": ["LINESTRING (0 0, 1.5 2, 3 1)"],
    "Polygon": [
        "POLYGON ((0 0, 4 0, 4 4, 0 0))",
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1), (3 3, 4 3, 4 4, 3 3))",
    ],
    "MultiPoint": ["MULTIPOINT (1 2, 3 4)", "MULTIPOINT (1 2)"],
    "MultiLineString": ["MULTILINESTRING ((0 0, 1 1))", LINES_OF_TWO],
    "MultiPolygon": [
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((10 0, 19 0, 19 9, 10 9, 10 0), (11 1, 12 1, 12 2, 11 1)))",
    ],
    "GeometryCollection": [
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1), MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0))))",
        "GEOMETRYCOLLECTION (POINT (5 6), " + LINES_OF_TWO + ")",
    ],
}
ALL = [wkt for wkts in SHAPES.values() for wkt in wkts]
COLUMNS = {
    PropertyType.STRING: "text",
    PropertyType.INTEGER: "bigint",
    PropertyType.NUMBER: "double precision",
    PropertyType.BOOLEAN: "boolean",
    PropertyType.DATE: "date",
    PropertyType.INSTANT: "timestamptz",
    PropertyType.OBJECT: "jsonb",
}
FULL = ("Ķīšķis “ā” 🐟", -(2**62), 0.1, False, "2024-02-29", "2024-05-31T09:00:00.125+03:00", '{"ā": [1, null]}')
NOTHING = (None,) * len(COLUMNS)


@pytest.fixture(autouse=True)
def batches_of_two(monkeypatch):
    monkeypatch.setattr(reading, "ROWS_FIRST", 2)
    monkeypatch.setattr(reading, "ROWS_MAX", 2)


def selection(rows, *, kind="Geometry", crs=CRS84) -> Selection:
    """Rows of WKT, or None, and a value of every type, with no table behind them."""
    spec = LayerSpec(
        id="shapes", title="x", description="x", geometry_type=kind, table=("x", "x"), style=Style(color="#000000"),
        owner="x", group="x", properties=tuple(Property(name=str(type_), type=type_, title="x") for type_ in COLUMNS),
    )  # fmt: skip
    row = SQL(
        f"(%s::bigint, 1, ST_GeomFromText(%s, {crs.srid}), {', '.join(f'%s::{sql}' for sql in COLUMNS.values())})"
    )
    return Selection(
        spec=spec,
        properties=spec.properties,
        statement=SQL("SELECT * FROM (VALUES {}) AS v ORDER BY 1").format(SQL(", ").join([row] * len(rows))),
        values=tuple(value for number, (wkt, values) in enumerate(rows) for value in (number, wkt, *values)),
        crs=crs,
    )


def written(selected: Selection, tmp_path):
    path = tmp_path / "shapes.fgb"
    path.write_bytes(b"".join(flatgeobuf(selected)))
    return path


def read(path):
    """The features as GeoJSON has them."""
    meta, table = pyogrio.read_arrow(path)
    geometry = meta["geometry_name"] or "wkb_geometry"
    return [
        (
            shapely.from_wkb(row.pop(geometry)),
            row.pop("id"),
            {name: plain(name, row[name]) for name in map(str, COLUMNS)},
        )
        for row in table.to_pylist()
    ]


def said(selected: Selection):
    features = json.loads("".join(geojson(selected)))["features"]
    return [
        (
            shapely.from_geojson(json.dumps(feature["geometry"])) if feature["geometry"] else None,
            feature["id"],
            plain_values(feature["properties"]),
        )
        for feature in features
    ]


def plain_values(row):
    return {name: plain(name, row[name]) for name in map(str, COLUMNS)}


def plain(name, value):
    if value is None:
        return None
    if name in ("date", "date-time"):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return json.loads(value) if name == "object" and isinstance(value, str) else value


values = st.tuples(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40) | st.none(),
    st.integers(1 - 2**63, 2**63 - 1) | st.none(),
    st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    st.booleans() | st.none(),
    st.dates(datetime(1900, 1, 1).date(), datetime(2200, 1, 1).date()).map(str) | st.none(),  # noqa: DTZ001 - a day
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - given a zone
        lambda at: at.isoformat(timespec="milliseconds")
    )
    | st.none(),
    st.dictionaries(st.sampled_from("aā"), st.integers(0, 9) | st.none()).map(json.dumps) | st.none(),
)


@given(rows=st.lists(st.tuples(st.sampled_from(ALL), values), min_size=1, max_size=7))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_gdal_reads_what_geojson_says(rows, tmp_path):
    selected = selection(rows)
    assert read(written(selected, tmp_path)) == said(selected)


@pytest.mark.parametrize("kind", SHAPES)
def test_a_layer_of_one_kind_says_so(kind, tmp_path):
    selected = selection([(wkt, FULL) for wkt in SHAPES[kind]], kind=kind)
    path = written(selected, tmp_path)
    assert pyogrio.read_info(path)["geometry_type"] == kind
    assert read(path) == said(selected)


def test_columns_have_their_types_even_with_no_feature_or_no_value(tmp_path):
    types = ["int64", "int64", "object", "int64", "float64", "bool", "datetime64[ms]", "datetime64[ms]", "object"]
    empty = selection([("POINT (1 2)", FULL)])
    empty = replace(empty, statement=SQL("{} LIMIT 0").format(empty.statement))
    for selected, count in ((empty, 0), (selection([("POINT (1 2)", NOTHING)]), 1)):
        path = written(selected, tmp_path)
        info = pyogrio.read_info(path, force_feature_count=True)
        assert (info["layer_name"], info["crs"], info["geometry_type"]) == ("shapes", "EPSG:4326", "Unknown")
        assert list(info["fields"]) == ["id", "version", *map(str, COLUMNS)]
        assert (list(info["dtypes"]), info["features"]) == (types, count)


@pytest.mark.parametrize("crs", CRS_OFFERED.values(), ids=lambda crs: str(crs.srid))
def test_the_grid_is_named_and_east_comes_first(crs, tmp_path):
    path = written(selection([("POINT (480000.5 280000)", NOTHING)], crs=crs), tmp_path)
    assert pyogrio.read_info(path)["crs"] == f"EPSG:{crs.srid}"
    assert read(path)[0][0] == shapely.Point(480000.5, 280000)


@pytest.mark.parametrize(
    ("wkt", "left"),
    [
        ("MULTIPOINT (EMPTY, 1 2)", "MULTIPOINT (1 2)"),
        ("MULTILINESTRING (EMPTY, (0 0, 1 1))", "MULTILINESTRING ((0 0, 1 1))"),
        ("GEOMETRYCOLLECTION (LINESTRING EMPTY, POINT (1 2))", "GEOMETRYCOLLECTION (POINT (1 2))"),
    ],
)
def test_what_is_empty_is_left_out(wkt, left, tmp_path):
    [(first, _, _), (second, _, _)] = read(written(selection([(wkt, FULL), ("POINT (1 2)", FULL)]), tmp_path))
    assert (first, second) == (shapely.from_wkt(left), shapely.Point(1, 2))


def test_debians_gdal_agrees_and_a_feature_may_have_no_geometry(tmp_path):
    if not (program := shutil.which("ogr2ogr")):
        pytest.skip("ogr2ogr is not on this machine")
    selected = selection([(wkt, FULL if number % 2 else NOTHING) for number, wkt in enumerate([*ALL, None])])
    path = written(selected, tmp_path)
    command = [program, "-f", "GeoJSON", "/vsistdout/", path, "-nlt", "GEOMETRY"]
    features = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["features"]
    for feature, (geometry, number, properties) in zip(features, said(selected), strict=True):
        found = feature["geometry"] and shapely.from_geojson(json.dumps(feature["geometry"]))
        assert (found, feature["properties"]["id"]) == (geometry, number)
        for name in ("string", "integer", "number", "boolean"):
            assert feature["properties"].get(name) == properties[name]
    said_so = subprocess.run(
        [program.replace("ogr2ogr", "ogrinfo"), "-ro", "-so", "-al", path], check=True, capture_output=True, text=True
    ).stdout
    for line in (
        f"Feature Count: {len(features)}",
        'ID["EPSG",4326]',
        "boolean: Integer(Boolean)",
        "date-time: DateTime",
    ):
        assert line in said_so
