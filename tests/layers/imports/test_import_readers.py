"""Formats, encodings, coordinate systems and types, as files have them."""

import gzip
from datetime import UTC, date, datetime

import numpy as np
import pyogrio.raw
import pytest
import shapely

from layers.base.reading import feature
from layers.imports.readers.source import opened
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db

JELGAVA = (23.7344, 56.6556)
JELGAVA_LKS92 = (483_716.64, 279_081.51)  # the same place in EPSG:3059, by GDAL's gdaltransform and PROJ's cs2cs


def only(name_lv="Pils"):
    stored = TourismObject.objects.get(name_lv=name_lv)
    return stored, (stored.geometry.x, stored.geometry.y)


@pytest.mark.parametrize(
    "header", [("lon", "lat"), ("LONGITUDE", "Latitude"), ("lng", "lat"), ("x", "y"), ("X", "Y"), ("ilguma", "platuma")]
)
def test_columns_of_coordinates_have_many_names(table, imported, header):
    imported(table([["name_lv", *header], ["Pils", *JELGAVA]]), "tourism")
    assert only()[1] == JELGAVA


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(table, imported, delimiter):
    rows = [["id", "name_lv", "lon", "lat"], ["1", "Pils; vecā, lielā", *JELGAVA], ["2", "Tornis", *JELGAVA]]
    imported(table(rows, delimiter=delimiter), "tourism")
    assert set(TourismObject.objects.values_list("name_lv", flat=True)) == {"Pils; vecā, lielā", "Tornis"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1257"])
def test_baltic_text_is_read_in_either_encoding(table, imported, encoding):
    run = imported(table([["name_lv", "lon", "lat"], ["Šķūņu ielas pilsētņš", *JELGAVA]], encoding=encoding), "tourism")
    only("Šķūņu ielas pilsētņš")
    assert any("windows-1257" in notice for notice in run.notices) == (encoding == "windows-1257")


def test_a_decimal_comma_is_understood(table, imported):
    imported(table([["name_lv", "lon", "lat"], ["Pils", "23,7344", "56,6556"]], delimiter=";"), "tourism")
    assert only()[1] == JELGAVA


def test_wkt_is_a_geometry(table, imported):
    polygon = "POLYGON((23.7 56.6,23.8 56.6,23.8 56.7,23.7 56.6))"
    imported(table([["name_lv", "WKT"], ["Parks", polygon]]), "tourism")
    assert TourismObject.objects.get().geometry.geom_type == "Polygon"


def test_rows_of_a_table_that_cannot_be_read_are_rejected_alone(table, imported, counts):
    rows = [
        ["name_lv", "lon", "lat"], ["Pils", *JELGAVA], ["Slikts", "austrumi", "ziemeļi"], ["Tukšs", "", ""],
        ["Garš", *JELGAVA, "par", "daudz"], ["Īss"],
    ]  # fmt: skip
    run = imported(table(rows), "tourism")
    assert counts(run) == {"adds": 1, "rejects": 4}
    reasons = [row.reason for row in run.staged.filter(action="reject")]
    assert reasons == [
        "The coordinates “austrumi”, “ziemeļi” are not numbers.", "The feature has no geometry.",
        "The row has 5 cells and the header 3.", "The feature has no geometry.",
    ]  # fmt: skip


def test_another_system_is_transformed(table, imported):
    imported(table([["name_lv", "x", "y"], ["Pils", *JELGAVA_LKS92]]), "tourism", crs="EPSG:3059")
    assert only()[1] == pytest.approx(JELGAVA, abs=1e-5)


def test_the_old_crs_member_of_geojson_counts(geojson, imported):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3059"}}
    imported(geojson(("a", {"name_lv": "Pils"}, JELGAVA_LKS92), crs=crs), "tourism")
    assert only()[1] == pytest.approx(JELGAVA, abs=1e-5)


@pytest.mark.parametrize("prefix", ["", "\x1e"])
def test_a_sequence_of_features_is_read(tmp_path, imported, counts, prefix):
    line = (
        '{"type":"Feature","id":%d,"properties":{"name_lv":"N%d"},'
        '"geometry":{"type":"Point","coordinates":[23.7,56.6]}}'
    )
    path = tmp_path / "file.geojsonl"
    path.write_text("".join(f"{prefix}{line % (i, i)}\n" for i in range(5)))
    assert counts(imported(path, "tourism")) == {"adds": 5}


def test_one_feature_is_a_file_too(tmp_path, imported, counts):
    path = tmp_path / "file.json"
    path.write_text(
        '{"geometry":{"coordinates":[23.7,56.6],"type":"Point"},"properties":{"name_lv":"x"},"type":"Feature"}'
    )
    assert counts(imported(path, "tourism")) == {"adds": 1}


def test_a_gzipped_file_is_unpacked(geojson, imported, counts, tmp_path):
    packed = tmp_path / "file.geojson.gz"
    packed.write_bytes(gzip.compress(geojson(("a", {"name_lv": "x"}, JELGAVA)).read_bytes()))
    assert counts(imported(packed, "tourism")) == {"adds": 1}


def shapefile(folder, zipped, *, encoding, with_cpg):
    names = np.array(["Pils", "Šķūnis"], dtype=object)
    path = folder / "objekti.shp"
    pyogrio.raw.write(
        path, shapely.to_wkb(shapely.points([JELGAVA_LKS92, (483_000.0, 279_000.0)])), field_data=[names],
        fields=["name_lv"], driver="ESRI Shapefile", geometry_type="Point", crs="EPSG:3059", encoding=encoding,
    )  # fmt: skip
    members = {f"dati/{p.name}": p.read_bytes() for p in folder.glob("objekti.*") if with_cpg or p.suffix != ".cpg"}
    dbf = bytearray(members["dati/objekti.dbf"])
    dbf[29] = 0  # the byte that would name the code page
    return zipped(members | {"dati/objekti.dbf": bytes(dbf)})


@pytest.mark.parametrize(("encoding", "with_cpg"), [("UTF-8", True), ("UTF-8", False), ("CP1257", False)])
def test_a_shapefile_in_a_zip_is_read_with_its_system_and_its_encoding(
    tmp_path, zipped, imported, counts, encoding, with_cpg
):
    run = imported(shapefile(tmp_path, zipped, encoding=encoding, with_cpg=with_cpg), "tourism")
    assert counts(run) == {"adds": 2}
    assert only("Pils")[1] == pytest.approx(JELGAVA, abs=1e-5)
    only("Šķūnis")


def test_several_tables_ask_for_one(tmp_path, start, imported, counts):
    path = tmp_path / "two.gpkg"
    for name in ("parks", "museums"):
        pyogrio.raw.write(
            path, shapely.to_wkb(shapely.points([JELGAVA])), field_data=[np.array([name], dtype=object)],
            fields=["name_lv"], layer=name, driver="GPKG", geometry_type="Point", crs="EPSG:4326", append=path.exists(),
        )  # fmt: skip
    with opened(path) as source, pytest.raises(Exception, match=r"parks, museums\. Name one with --layer"):
        source.table()
    assert counts(imported(path, "tourism", table="museums")) == {"adds": 1}
    only("museums")


def test_an_added_layer_keeps_the_names_and_types_of_the_file(geojson, added):
    properties = {
        "Nosaukums, LV": "Pils", "id": 7, "status": "vecs", "D.O.[%]": 1.5, "whole": 3, "yes": True,
        "since": "2024-05-31", "at": "2024-05-31T12:00:00Z", "tags": {"a": [1]}, "list": [1, "b"],
        "code": "007", "mixed": 1,
        "SELECT": None,
    }  # fmt: skip
    second = dict.fromkeys(properties) | {"mixed": "one"}
    spec, run = added(geojson((None, properties, JELGAVA), (None, second, JELGAVA)))
    assert {p.name: p.type.value for p in spec.properties} == {
        "Nosaukums, LV": "string", "id": "integer", "status": "string", "D.O.[%]": "number", "whole": "integer",
        "yes": "boolean", "since": "date", "at": "date-time", "tags": "object", "list": "array", "code": "string",
        "mixed": "string", "SELECT": "string",
    }  # fmt: skip
    assert run.adds == 2
    read = feature(spec, first_id(spec))
    assert read.properties == properties | {"mixed": "1", "at": "2024-05-31T12:00:00+00:00"}


def first_id(spec):
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(f'SELECT min(id) FROM custom."{spec.id}"')
        return cursor.fetchone()[0]


def test_a_time_without_a_zone_is_the_citys_and_it_is_said(geojson, added):
    spec, run = added(geojson((None, {"at": "2024-07-01T12:00:00", "on": "2024-07-01"}, JELGAVA)))
    read = feature(spec, first_id(spec)).properties
    assert datetime.fromisoformat(read["at"]) == datetime(
        2024, 7, 1, 9, tzinfo=UTC
    )  # Riga is three hours ahead in July
    assert date.fromisoformat(read["on"]) == date(2024, 7, 1)
    assert "Times without a zone were taken as the city's local time." in run.notices


@pytest.mark.parametrize(
    ("geometries", "expected"),
    [
        ([{"type": "Point", "coordinates": [23.7, 56.6]}], "Point"),
        ([{"type": "LineString", "coordinates": [[23.7, 56.6], [23.8, 56.6]]}], "MultiLineString"),
        (
            [
                {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.6], [23.8, 56.7], [23.7, 56.6]]]},
                {"type": "MultiPolygon", "coordinates": [[[[23.7, 56.6], [23.8, 56.6], [23.8, 56.7], [23.7, 56.6]]]]},
            ],
            "MultiPolygon",
        ),
        (
            [
                {"type": "Point", "coordinates": [23.7, 56.6]},
                {"type": "LineString", "coordinates": [[23.7, 56.6], [23.8, 56.6]]},
            ],
            "Geometry",
        ),
    ],
)
def test_an_added_layer_takes_single_and_multi_geometries(geojson, added, counts, geometries, expected):
    spec, run = added(geojson(*((str(i), {"n": i}, g) for i, g in enumerate(geometries))))
    assert spec.geometry_type == expected
    assert counts(run) == {"adds": len(geometries)}


def test_types_of_a_table_come_from_its_text(table, added):
    rows = [
        ["name", "n", "code", "share", "open", "on", "lon", "lat"],
        ["A", "1", "007", "1,5", "true", "2024-05-31", *JELGAVA],
        ["B", "", "12", "2", "false", "", *JELGAVA],
    ]
    spec, run = added(table(rows, delimiter=";"))
    assert {p.name: p.type.value for p in spec.properties} == {
        "name": "string", "n": "integer", "code": "string", "share": "number", "open": "boolean", "on": "date",
    }  # fmt: skip
    assert spec.label == "name"
    first = feature(spec, first_id(spec)).properties
    assert first == {"name": "A", "n": 1, "code": "007", "share": 1.5, "open": True, "on": "2024-05-31"}
    assert run.adds == 2


def test_a_layer_without_attributes_is_a_layer(geojson, added, counts):
    spec, run = added(geojson((None, {}, JELGAVA)))
    assert (spec.label, counts(run)) == ("", {"adds": 1})


GTFS = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding,zone_id,location_type\n"
    "007,Autoosta,56.65,23.72,1,A,0\n8,Stacija,56.64,23.73,2,,\n9,Nekur,,,,,\n",
    "routes.txt": "route_id,route_short_name,route_long_name,route_type,route_color\n"
    "r1,1,Centrs - Stacija,3,F4B427\nr2,2,Bez formas,900,\n",
    "trips.txt": "route_id,service_id,trip_id,shape_id\nr1,s,t1,a\nr1,s,t2,b\nr1,s,t3,a\nr2,s,t4,\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
    "a,56.65,23.72,2\na,56.64,23.73,10\na,56.66,23.71,1\nb,56.65,23.72,1\nb,56.60,23.70,2\n",
}


def test_gtfs_stops_and_routes_find_their_layers(zipped, imported, counts):
    from layers.streets.models import Route, Stop  # noqa: PLC0415

    path = zipped({name: text.encode() for name, text in GTFS.items()}, name="gtfs.zip")
    assert counts(imported(path, "transit_stops")) == {"adds": 2, "rejects": 1}
    stop = Stop.objects.get(source_ref="007")
    assert (stop.name_lv, stop.zone, stop.wheelchair) == ("Autoosta", "A", "yes")
    run = imported(path, "transit_routes")
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert run.staged.get(key="r2").reason == "None of the route's trips has a shape."
    route = Route.objects.get()
    assert (route.code, route.name_lv, route.mode, route.color) == ("1", "Centrs - Stacija", "bus", "#f4b427")
    assert [list(line.coords) for line in route.geometry] == [
        [(23.71, 56.66), (23.72, 56.65), (23.73, 56.64)], [(23.72, 56.65), (23.7, 56.6)],
    ]  # fmt: skip


def test_gtfs_can_be_a_layer_of_its_own(zipped, added):
    spec, run = added(zipped({name: text.encode() for name, text in GTFS.items()}), table="routes")
    assert [p.name for p in spec.properties] == GTFS["routes.txt"].splitlines()[0].split(",")
    assert (spec.geometry_type, run.adds, run.rejects) == ("MultiLineString", 1, 1)
