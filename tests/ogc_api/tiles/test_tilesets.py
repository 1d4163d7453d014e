"""Lists and descriptions of tilesets, as OGC 20-057 and 17-083r4 ask for them."""

import math

import pytest

from gis_platform.city import CITIES
from ogc_api.conformance import CONFORMANCE_CLASSES

pytestmark = pytest.mark.django_db
REL = "http://www.opengis.net/def/rel/ogc/1.0"
RESOURCES = ["", "/collections/tourism"]
REQUIRED = {"title", "dataType", "crs", "tileMatrixSetURI", "links"}


@pytest.fixture
def get(client, castle):
    def read(path, **headers):
        return client.get(f"/ogc{path}", headers=headers)

    return read


def by_rel(document, rel):
    return [entry for entry in document["links"] if entry["rel"] == rel]


def test_landing_page_and_collection_lead_to_their_tilesets(get):
    for path, expected in (("/", "/ogc/tiles"), ("/collections/tourism", "/ogc/collections/tourism/tiles")):
        (entry,) = by_rel(get(f"{path}?f=json").json(), f"{REL}/tilesets-vector")
        assert entry["href"].endswith(expected)
        assert get(entry["href"].partition("/ogc")[2], Accept="application/json").status_code == 200


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_list_names_each_tileset_with_what_is_required(get, resource):
    document = get(f"{resource}/tiles").json()
    assert [tileset["tileMatrixSetId"] for tileset in document["tilesets"]] == ["WebMercatorQuad", "LatviaTM"]
    for tileset in document["tilesets"]:
        assert set(tileset) >= REQUIRED
        (entry,) = by_rel(tileset, f"{REL}/tileset")
        assert get(entry["href"].partition("/ogc")[2]).json() == tileset


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("grid", ["WebMercatorQuad", "LatviaTM"])
def test_a_tilesets_template_and_limits_lead_to_tiles_and_not_beyond(get, resource, grid):
    document = get(f"{resource}/tiles/{grid}").json()
    (item,) = by_rel(document, "item")
    assert item["templated"] is True
    assert item["type"] == "application/vnd.mapbox-vector-tile"
    for known in document["tileMatrixSetLimits"]:
        corners = {(known["minTileRow"], known["minTileCol"], 200), (known["maxTileRow"] + 1, known["minTileCol"], 404)}
        for row, column, status in corners:
            address = item["href"].format(tileMatrix=known["tileMatrix"], tileRow=row, tileCol=column)
            assert get(address.partition("/ogc")[2]).status_code == status


def test_a_tileset_describes_its_layers_and_where_they_are(get):
    document = get("/collections/tourism/tiles/WebMercatorQuad").json()
    assert document["tileMatrixSetURI"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    assert document["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert document["boundingBox"]["lowerLeft"] == pytest.approx([23.7344, 56.6556], abs=2e-5)
    (layer,) = document["layers"]
    assert layer["id"] == "tourism"
    assert {"name", "name_lv", "category"} <= set(layer["propertiesSchema"]["properties"])
    assert "castle" in layer["propertiesSchema"]["properties"]["category"]["enum"]
    streets = get("/collections/streets/tiles/WebMercatorQuad").json()["layers"][0]
    assert (streets["dataType"], streets["geometryDimension"]) == ("vector", 1)


def test_tilejson_names_the_tiles_and_where_they_are(get):
    for response in (
        get("/collections/tourism/tiles/WebMercatorQuad?f=tilejson"),
        get("/collections/tourism/tiles/WebMercatorQuad", Accept="application/vnd.mapbox.tile+json"),
    ):
        assert response.headers["Content-Type"] == "application/vnd.mapbox.tile+json"
        document = response.json()
        assert document["tiles"] == ["http://testserver/ogc/collections/tourism/tiles/WebMercatorQuad/{z}/{y}/{x}"]
        assert document["bounds"] == pytest.approx([23.7344, 56.6556, 23.7344, 56.6556], abs=2e-5)
        assert document["vector_layers"][0]["fields"]["name"] == "String"


def test_tilejson_is_not_offered_for_a_grid_that_it_does_not_know(get):
    assert get("/collections/tourism/tiles/LatviaTM?f=tilejson").status_code == 400
    response = get("/collections/tourism/tiles/LatviaTM", Accept="application/vnd.mapbox.tile+json")
    assert (response.status_code, response.json()["code"]) == (406, "not-acceptable")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles",
        "/tiles/LatviaTM",
        "/collections/tourism/tiles",
        "/collections/tourism/tiles/WebMercatorQuad",
        "/tileMatrixSets",
        "/tileMatrixSets/WebMercatorQuad",
        "/tileMatrixSets/LatviaTM",
    ],
)
def test_everything_is_a_page_for_people_too(get, path):
    page = get(path, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<h1>" in page.content.decode()
    assert get(f"{path}?limit=3").status_code == 400


@pytest.mark.parametrize("path", ["/tiles/Nowhere", "/collections/tourism/tiles/Nowhere", "/tileMatrixSets/Nowhere"])
def test_an_unknown_grid_is_a_404(get, path):
    assert (get(path).status_code, get(path).json()["code"]) == (404, "unknown-tile-matrix-set")


@pytest.mark.parametrize("path", ["/collections/beacons/tiles", "/collections/nowhere/tiles/WebMercatorQuad"])
def test_a_layer_that_one_may_not_know_of_has_no_tilesets(get, path):
    assert get(path).status_code == 404


def test_web_mercator_quad_is_the_registered_one(get):
    document = get("/tileMatrixSets/WebMercatorQuad").json()
    # OGC 17-083r4, annex D.1.
    assert document["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559_082_264.028717)
    assert document["tileMatrices"][0]["cellSize"] == pytest.approx(156_543.033928041)
    assert document["tileMatrices"][0]["pointOfOrigin"] == pytest.approx([-20_037_508.3427892, 20_037_508.3427892])
    assert document["orderedAxes"] == ["X", "Y"]


def test_the_national_grid_has_round_cells_and_writes_the_northing_first(get):
    document = get("/tileMatrixSets/LatviaTM").json()
    assert document["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3059"
    assert document["uri"] == "http://testserver/ogc/tileMatrixSets/LatviaTM"
    cells = [matrix["cellSize"] for matrix in document["tileMatrices"]]
    assert cells == [2048 / 2**number for number in range(14)]
    assert {tuple(matrix["pointOfOrigin"]) for matrix in document["tileMatrices"]} == {(600_000, 280_000)}
    for matrix in document["tileMatrices"]:
        assert matrix["scaleDenominator"] == pytest.approx(matrix["cellSize"] / 0.00028)
        assert math.log2(matrix["matrixWidth"]) == int(matrix["id"])


def test_a_lithuanian_city_has_the_lithuanian_grid(client, settings):
    settings.CITY = CITIES["siauliai"]
    document = client.get("/ogc/tileMatrixSets/LithuaniaTM").json()
    assert document["crs"].endswith("/3346")
    assert document["tileMatrices"][0]["pointOfOrigin"] == [6_400_000, 260_000]


def test_the_conformance_classes_are_declared():
    for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "collections-selection"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in CONFORMANCE_CLASSES
