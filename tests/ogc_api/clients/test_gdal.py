"""GDAL's own drivers, as Debian ships them (3.6): features over the network, tiles, and our files."""

import csv
import io
import json
import math
import re
from urllib.request import urlopen

import pytest

from tests.ogc_api.clients.conftest import CHURCHES, SIGHTS

pytestmark = pytest.mark.django_db
LKS92 = "http://www.opengis.net/def/crs/EPSG/0/3059"


@pytest.fixture
def read(program, served):
    """The features that ogr2ogr makes of the layer, by its name in Latvian."""

    def features(*options, layer="tourism", source=None):
        text = program("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source or f"OAPIF:{served.url}", layer, *options)
        return {feature["properties"]["name_lv"]: feature for feature in json.loads(text)["features"]}

    return features


def test_it_lists_the_layers_with_geometry_and_extent(program, served):
    listed = program("ogrinfo", "-ro", "-so", f"OAPIF:{served.url}")
    assert {"tourism", "places", "streets"} <= set(re.findall(r"^\d+: (\w+)", listed, re.M))
    described = program("ogrinfo", "-ro", "-so", f"OAPIF:{served.url}", "tourism")
    assert f"Feature Count: {SIGHTS}" in described
    west, south, east, north = map(float, re.findall(r"[\d.]+", re.search("Extent: (.*)", described)[1]))
    assert (west, south, east, north) == pytest.approx((23.7, 56.65, 23.729, 56.65), abs=1e-4)
    assert "category: String" in described


def test_it_reads_everything_as_it_is_written(read):
    found = read()
    assert len(found) == SIGHTS
    feature = found["Apskates vieta <7> & ķēķis"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [23.707, 56.65]}


@pytest.mark.parametrize("size", [1, 7, 10, 30])
def test_it_reads_page_by_page_and_nothing_twice(program, served, size):
    source = f"OAPIF:{served.url}"
    text = program("ogr2ogr", "-f", "CSV", "/vsistdout/", source, "tourism", "-oo", f"PAGE_SIZE={size}")
    names = [row["name_lv"] for row in csv.DictReader(io.StringIO(text))]
    assert (len(names), len(set(names))) == (SIGHTS, SIGHTS)
    assert len([url for url in served.asked_for("/tourism/items?") if f"limit={size}" in url]) >= SIGHTS // size


def test_it_lets_the_server_filter_by_attribute(read, served):
    assert len(read("-where", "category = 'church'")) == len(CHURCHES)
    assert served.asked_for("category=church")


def test_it_lets_the_server_filter_by_box(read, served):
    found = read("-spat", "23.7095", "56.6", "23.7125", "56.7")
    assert {re.search(r"\d+", name)[0] for name in found} == {"10", "11", "12"}
    assert served.asked_for("bbox=23.709")


def test_it_finds_one_feature_by_its_id(program, served):
    source = f"OAPIF:{served.url}"
    first = program("ogrinfo", "-ro", "-q", source, "tourism", "-where", "category = 'church'")
    fid = re.search(r"OGRFeature\(tourism\):(\d+)", first)[1]
    shown = program("ogrinfo", "-ro", "-q", source, "tourism", "-fid", fid)
    assert "Apskates vieta <0> & ķēķis" in shown


def test_staff_see_their_layers_by_name_and_password(program, served):
    public = program("ogrinfo", "-ro", "-so", f"OAPIF:{served.url}")
    signed_in = program(
        "ogrinfo", "-ro", "-so", f"OAPIF:{served.url}", "-oo", f"USERPWD={served.username}:{served.password}"
    )
    assert "beacons" not in public
    assert "beacons" in signed_in


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "geojsonl", "geojson", "csv"])
def test_it_reads_our_files(program, served, tmp_path, ending):
    path = tmp_path / f"tourism.{ending}"
    fetch(f"{served.url}/collections/tourism/download/tourism.{ending}", path)
    described = program("ogrinfo", "-ro", "-al", "-so", path)
    assert f"Feature Count: {SIGHTS}" in described
    if ending != "csv":
        assert re.search("Geometry: (Point|Unknown)", described)
        # A FlatGeobuf that is sent as it is read says neither where it lies nor how much it holds.
        assert ending == "fgb" or "Extent: (23.700000, 56.650000) - (23.729000, 56.650000)" in described
    text = program("ogrinfo", "-ro", "-al", path, "-where", "name_lv LIKE '%<7>%'")
    assert text.count("OGRFeature(") == 1


@pytest.mark.parametrize("ending", ["gpkg", "fgb"])
def test_our_files_know_their_grid(program, served, tmp_path, ending):
    path = tmp_path / f"tourism.{ending}"
    fetch(f"{served.url}/collections/tourism/items?f={ending}&crs={LKS92}", path)
    described = program("ogrinfo", "-ro", "-al", "-so", path)
    assert 'ID["EPSG",3059]' in described
    text = program("ogr2ogr", "-f", "CSV", "/vsistdout/", path, "-lco", "GEOMETRY=AS_XY", "-limit", "1")
    west = float(next(csv.DictReader(io.StringIO(text)))["X"])
    assert 481_000 < west < 482_000  # 0.3 degrees west of the meridian 24, whose easting is 500,000


def test_it_reads_a_vector_tile(program, served, tmp_path):
    # Zoom 14 has 2^14 columns: (23.705 + 180) / 360 * 16384 = 9270.9; row by the Mercator projection 5046.
    path = tmp_path / "tile.mvt"
    fetch(f"{served.url}/collections/tourism/tiles/WebMercatorQuad/14/{row(56.65, 14)}/9270", path)
    described = program(
        "ogrinfo", "-ro", "-al", f"MVT:{path}", "-oo", "Z=14", "-oo", "X=9270", "-oo", f"Y={row(56.65, 14)}"
    )
    assert "Layer name: tourism" in described
    assert "Apskates vieta <3> & ķēķis" in described


def fetch(url, path):
    with urlopen(url, timeout=60) as answer:
        path.write_bytes(answer.read())


def row(latitude, zoom):
    return int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**zoom)
