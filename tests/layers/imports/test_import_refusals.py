"""Whole files that are refused: each with its code and a sentence, and nothing has changed."""

import gzip
import io
import sqlite3
import zipfile

import numpy as np
import pyogrio.raw
import pytest
import shapely

from gis_platform.core.errors import CityError
from layers.base.models import Change
from layers.custom.models import CustomLayer
from layers.imports import services
from layers.imports.models import ImportRun
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db

POINT = (23.7344, 56.6556)
GOOD = ("a", {"name_lv": "Pils"}, POINT)


@pytest.fixture
def refused(start, tmp_path):
    """Imports bytes or a file into the layer of tourism objects and gives the refusal."""

    def refuse(content, layer="tourism", **options) -> CityError:
        path = content
        if isinstance(content, bytes):
            path = tmp_path / "upload"
            path.write_bytes(content)
        with pytest.raises(CityError) as refusal:
            services.preview(start(path, layer, **options))
        assert not TourismObject.objects.exists()
        assert not Change.objects.exists()
        return refusal.value

    return refuse


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty-file", "is empty"),
        (b" \n ", "empty-file", "is empty"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 100, "unknown-format", "GeoPackage, GeoJSON"),
        (b"<html><body>Not found, sorry</body></html>", "unknown-format", "GeoPackage, GeoJSON"),
        (b"just some words", "unknown-format", "GeoPackage, GeoJSON"),
        (b'{"type": "Topology", "objects": {}}', "unknown-format", "has no features"),
        (b'{"type": "FeatureCollection", "features": []}', "empty-file", "no features"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature", "prop', "broken-file", "damaged"),
        (b'{"type": "FeatureCollection", "features": [1 2]}', "broken-file", "damaged"),
        (b'{"a":' * 100_000, "broken-file", "nested too deeply"),
        (b"name,place\nx,y\n", "no-coordinates", "lon and lat"),
        (b"name,lon,lat\n", "empty-file", "no rows"),
        (b"PK\x03\x04" + b"rubbish" * 20, "broken-file", "zip is damaged"),
        (b"\x1f\x8b\x08\x00rubbish", "broken-file", "gzip file is damaged"),
        (b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\x00" * 300, "broken-file", "damaged"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18" + b"rubbish" * 50, "broken-file", "damaged"),
        (b'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "b">]><osm version="0.6"></osm>', "unknown-format", ""),
        (b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>', "unknown-format", ""),
    ],
)
def test_a_file_that_is_no_data_is_refused_by_name(refused, content, code, words):
    refusal = refused(content)
    assert refusal.code == code
    assert words in str(refusal)


def test_a_truncated_geopackage_is_refused(refused, tmp_path, real_geopackage):
    refusal = refused(real_geopackage.read_bytes()[:20_000])
    assert refusal.code == "broken-file"


def test_a_geopackage_with_a_table_that_is_no_data_is_refused(refused, real_geopackage):
    with sqlite3.connect(real_geopackage) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'evil', 'evil', 0,"
            " 'CREATE VIRTUAL TABLE evil USING VirtualOGR(''/vsicurl/http://127.0.0.1/x'')')"
        )
    database.close()
    refusal = refused(real_geopackage)
    assert (refusal.code, "not plain data" in str(refusal)) == ("unknown-format", True)


def test_a_view_in_a_geopackage_is_not_read(refused, real_geopackage):
    with sqlite3.connect(real_geopackage) as database:
        database.execute("CREATE VIEW spy AS SELECT * FROM real")
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            database.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {table}")
            changes = "table_name = 'spy', identifier = 'spy'" if table == "gpkg_contents" else "table_name = 'spy'"
            database.execute(f"UPDATE copied SET {changes}")
            database.execute(f"INSERT INTO {table} SELECT * FROM copied")
            database.execute("DROP TABLE copied")
    database.close()
    refusal = refused(real_geopackage, table="spy")
    assert (refusal.code, "it has: real" in str(refusal)) == ("table-unclear", True)


@pytest.fixture
def real_geopackage(tmp_path):
    path = tmp_path / "real.gpkg"
    pyogrio.raw.write(
        path, shapely.to_wkb(shapely.points(np.random.default_rng(1).uniform(20, 25, (500, 2)))),
        field_data=[np.arange(500)], fields=["number"], driver="GPKG", geometry_type="Point", crs="EPSG:4326",
    )  # fmt: skip
    return path


def test_two_gigabytes_are_refused_by_their_size_alone(refused, tmp_path):
    path = tmp_path / "huge.geojson"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    refusal = refused(path)
    assert (refusal.code, refusal.status) == ("file-too-large", 413)
    assert "512 MB" in str(refusal)


def test_a_stream_that_is_longer_than_it_said_is_refused(settings, tmp_path):
    settings.IMPORT_LIMITS = {"file_bytes_max": 1000}
    with pytest.raises(CityError) as refusal:
        services.start_import(io.BytesIO(b"{" * 5000), layer="tourism", actor="user:1", file_name="x", size_bytes=10)
    assert refusal.value.code == "file-too-large"
    assert not list(settings.LOCAL_DIR.glob("imports/*"))
    assert not ImportRun.objects.exists()


def test_a_zip_bomb_is_refused(refused, zipped):
    refusal = refused(zipped({"data.geojson": b"0" * 60_000_000}))
    assert (refusal.code, "grows more than" in str(refusal)) == ("unsafe-archive", True)


def test_a_gzip_bomb_is_refused(refused):
    assert refused(gzip.compress(b"0" * 60_000_000)).code == "unsafe-archive"


def test_a_zip_that_lies_about_its_size_is_refused(refused, zipped):
    path = zipped({"data.geojson": b"0" * 60_000_000})
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    for offset in (22, directory + 24):  # the unpacked size, at the file and in the directory
        content[offset : offset + 4] = (1000).to_bytes(4, "little")
    assert refused(bytes(content)).code in ("unsafe-archive", "broken-file")


@pytest.mark.parametrize("name", ["../../evil.shp", "/etc/evil.shp", "..\\evil.shp", "C:\\evil.shp"])
def test_a_zip_whose_names_lead_out_of_it_is_refused(refused, zipped, name):
    refusal = refused(zipped({name: b"x"}))
    assert (refusal.code, "leads out" in str(refusal)) == ("unsafe-archive", True)


def test_an_archive_in_an_archive_is_refused(refused, zipped):
    assert refused(zipped({"inner.zip": b"x"})).code == "unsafe-archive"
    disguised = io.BytesIO()
    with zipfile.ZipFile(disguised, "w") as archive:
        archive.writestr("x", "y")
    assert refused(zipped({"data.geojson": disguised.getvalue()})).code == "unsafe-archive"
    assert refused(gzip.compress(gzip.compress(b"{}"))).code == "unsafe-archive"


def test_a_zip_with_too_many_members_is_refused(refused, zipped):
    assert refused(zipped({f"{i}.txt": b"x" for i in range(101)})).code == "unsafe-archive"


def test_an_incomplete_shapefile_is_refused(refused, zipped):
    refusal = refused(zipped({"a.shp": b"x", "a.shx": b"x"}))
    assert (refusal.code, ".dbf is missing" in str(refusal)) == ("unknown-format", True)


def test_too_many_features_and_attributes_are_refused(refused, geojson, settings):
    settings.IMPORT_LIMITS = {"features_max": 2, "attributes_max": 3}
    assert refused(geojson(GOOD, GOOD, GOOD)).code == "too-many-features"
    many = ("a", {f"attribute {i}": i for i in range(4)}, POINT)
    assert refused(geojson(many)).code == "too-many-attributes"


def test_metres_that_say_they_are_degrees_are_refused(refused, geojson):
    refusal = refused(geojson(("a", {"name_lv": "Pils"}, (483000.5, 6280000.1))))
    assert refusal.code == "crs-wrong"
    assert "--crs" in str(refusal)


def test_metres_without_a_system_ask_for_one(refused, table):
    refusal = refused(table([["name_lv", "x", "y"], ["Pils", "483000", "6280000"]]))
    assert refusal.code == "crs-unknown"
    assert "--crs EPSG:3059" in str(refusal)


def test_coordinates_that_cannot_be_in_the_named_system_are_refused(refused, table):
    refusal = refused(table([["name_lv", "x", "y"], ["Pils", "23.7", "56.6"]]), crs="EPSG:3059")
    assert refusal.code == "crs-wrong"
    swapped = refused(table([["name_lv", "x", "y"], ["Pils", "279000", "483000"]]), crs="EPSG:3059")
    assert "swapped" in str(swapped)


@pytest.mark.parametrize("crs", ["EPSG:999999", "+proj=longlat", "http://127.0.0.1/crs", "file:///etc/passwd", "3059x"])
def test_a_system_is_named_by_its_number_only(refused, table, crs):
    assert refused(table([["name_lv", "x", "y"], ["Pils", "1", "2"]]), crs=crs).code == "crs-unknown"


def test_a_crs_member_is_never_followed(refused, geojson):
    path = geojson(GOOD, crs={"type": "link", "properties": {"href": "http://127.0.0.1/crs", "type": "proj4"}})
    assert refused(path).code == "crs-unknown"


def test_an_attribute_or_property_that_is_not_there_is_named(refused, geojson):
    assert "“colour”" in str(refused(geojson(GOOD), mapping={"colour": "name_lv"}))
    assert "“colour”" in str(refused(geojson(GOOD), constants={"colour": "red"}))
    assert "“code”" in str(refused(geojson(GOOD), key="code"))
    assert refused(geojson(GOOD), mapping={"name_lv": "source_ref"}).code == "unknown-attribute"


def test_text_in_no_known_encoding_asks_for_one(refused, table):
    path = table([["name_lv", "lon", "lat"], ["Pils", "23.7", "56.6"]])
    path.write_bytes(path.read_bytes() + b"\x81\x98\xa1\xff,23.7,56.6\n")
    refusal = refused(path)
    assert (refusal.code, "--encoding" in str(refusal)) == ("wrong-encoding", True)


def test_a_file_of_which_nothing_can_be_kept_adds_no_layer(added, geojson):
    with pytest.raises(CityError) as refusal:
        added(geojson(("a", {"name": "x"}, None), ("b", {"name": "y"}, None)))
    assert refusal.value.code == "nothing-importable"
    assert not CustomLayer.objects.exists()
    assert not ImportRun.objects.exists()
