"""Vector tiles: what is in them, how they are asked for, and how they are refused."""

import gzip
import json
from unittest import mock

import pytest
from redis.exceptions import ConnectionError as RedisIsAway
from shapely import LineString, MultiLineString, MultiPolygon, Point, box

from gis_platform.identity.models import RowRule
from gis_platform.identity.roles import Role
from layers import catalog
from layers.base.editing import create_feature
from ogc_api.tiles import keeping, statements, views
from tests.ogc_api.conftest import person

from .vector_tile import layers

pytestmark = pytest.mark.django_db
# Jelgava's castle at zoom 12 (4096 tiles): column (23.7344 + 180) / 360 * 4096 = 2318.04,
# row (1 - asinh(tan 56.6556°) / pi) / 2 * 4096 = 1262.01.
TILE = "12/1262/2318"
WEB = "/ogc/collections/tourism/tiles/WebMercatorQuad"


@pytest.fixture
def tile(client, castle):
    def get(url=f"{WEB}/{TILE}", **headers):
        return client.get(url, headers=headers)

    return get


def add(layer, geometry, **properties):
    return create_feature(catalog.layer(layer), properties=properties, geometry=geometry, actor="user:1")


def add_a_beacon(place):
    add("beacons", Point(23.7344, 56.6556), place_id=place.id, technology="qr", identifier="b-1")


@pytest.fixture
def style_of():
    """Draws a layer otherwise for the length of a test."""
    before = {}

    def change(layer, **style):
        spec = catalog.layer(layer)
        before.setdefault(spec, spec.style)
        fields = {name: getattr(spec.style, name) for name in spec.style.__dataclass_fields__}
        object.__setattr__(spec, "style", type(spec.style)(**fields | style))
        statements._statement.cache_clear()

    yield change
    for spec, style in before.items():
        object.__setattr__(spec, "style", style)
    statements._statement.cache_clear()


def test_a_tile_holds_the_features_id_name_and_category_at_its_place(tile, castle):
    response = tile()
    assert response.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    (feature,) = layers(response.content)["tourism"].features
    assert feature.id == castle.id
    assert feature.properties == {
        "name": "Jelgavas pils",
        "name_lv": "Jelgavas pils",
        "name_en": "Jelgava Palace",
        "category": "castle",
    }
    # Of 2318.0447 the part behind the point is 183 / 4096, of 1262.0130 it is 53 / 4096.
    assert feature.point == (183, 53)


def test_the_national_grid_is_cut_in_metres_with_the_easting_to_the_right(client, castle, city_of_jelgava):
    # The castle lies at easting 483 717, northing 279 082 of LKS-92 (gdaltransform). At matrix 7 a tile is
    # 2048 / 2**7 * 256 = 4096 m wide, so a unit is a metre: column (483 717 - 280 000) / 4096 = 49.7,
    # row (600 000 - 279 082) / 4096 = 78.3.
    response = client.get("/ogc/collections/tourism/tiles/LatviaTM/7/78/49")
    (feature,) = layers(response.content)["tourism"].features
    easting, northing = 280_000 + 49 * 4096 + feature.point[0], 600_000 - 78 * 4096 - feature.point[1]
    assert (easting, northing) == (pytest.approx(483_717, abs=1), pytest.approx(279_082, abs=1))


def test_another_countrys_grid_is_unknown(client, castle, city_of_jelgava):
    response = client.get("/ogc/collections/tourism/tiles/LithuaniaTM/7/78/49")
    assert (response.status_code, response.json()["code"]) == (404, "unknown-tile-matrix-set")
    assert "LatviaTM" in response.json()["detail"]


def test_the_citys_tile_holds_every_public_layer(tile):
    add_a_beacon(add("places", Point(23.735, 56.655), name_lv="Skola"))
    found = layers(tile(f"/ogc/tiles/WebMercatorQuad/{TILE}").content)
    assert {"tourism", "places"} <= set(found)
    assert "beacons" not in found


def test_collections_are_chosen_by_id_or_address(tile):
    add("places", Point(23.735, 56.655), name_lv="Skola")
    url = f"/ogc/tiles/WebMercatorQuad/{TILE}?collections="
    assert set(layers(tile(url + "places").content)) == {"places"}
    both = "http://testserver/ogc/collections/tourism,places"
    assert set(layers(tile(url + both).content)) == {"tourism", "places"}


@pytest.mark.parametrize("names", ["nowhere", "beacons", "tourism,nowhere"])
def test_a_collection_without_public_tiles_is_refused_by_name(tile, names):
    response = tile(f"/ogc/tiles/WebMercatorQuad/{TILE}?collections={names}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid-parameter")
    assert names.rpartition(",")[2] in response.json()["detail"]


def test_a_tile_of_a_time_holds_what_holds_then(client, city_of_jelgava):
    for name, starts in (("Ledus", "2026-02-07T18:00:00+02:00"), ("Smiltis", "2026-06-06T18:00:00+03:00")):
        add("events", Point(23.7344, 56.6556), name_lv=name, starts_at=starts, ends_at=starts.replace("18:", "22:"))
    url = f"/ogc/collections/events/tiles/WebMercatorQuad/{TILE}?datetime="

    def names(when):
        found = layers(client.get(url + when).content)
        return {feature.properties["name"] for layer in found.values() for feature in layer.features}

    assert names("2026-02-07") == {"Ledus"}
    assert names("2026-06-01/..") == {"Smiltis"}
    assert names("2026-01-01/2026-12-31") == {"Ledus", "Smiltis"}
    assert names("2025-01-01") == set()


@pytest.mark.parametrize(
    "address", ["0/1/0", "2/0/4", "23/0/0", "99999999999999999999/0/0", "3/99999999999999999999/0"]
)
def test_a_tile_outside_of_the_grid_is_a_404(client, address):
    response = client.get(f"{WEB}/{address}")
    assert (response.status_code, response.json()["code"]) == (404, "tile-out-of-range")


def test_a_tile_without_features_is_empty_and_still_an_answer(client, castle):
    response = client.get(f"{WEB}/12/0/0")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("?f=mvt", "*/*", 200),
        ("", "text/html, image/gif, */*; q=.2", 200),  # what Java's HttpURLConnection sends
        ("", "application/vnd.mapbox-vector-tile", 200),
        ("", "image/png", 406),
        ("?f=png", "*/*", 400),
        ("?datetime=yesterday", "*/*", 400),
        ("?limit=1", "*/*", 400),
    ],
)
def test_the_format_is_negotiated_and_parameters_are_checked(tile, query, accept, status):
    assert tile(f"{WEB}/{TILE}{query}", Accept=accept).status_code == status


def test_a_large_tile_is_packed_for_those_who_take_gzip(tile):
    for number in range(200):
        add("tourism", Point(23.7344, 56.6556 + number / 100_000), name_lv=f"Vieta {number}")
    packed = tile(**{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == tile().content
    assert "Content-Encoding" not in tile().headers
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_methods(client, castle):
    url = f"{WEB}/{TILE}"
    assert client.head(url).headers["ETag"] == client.get(url).headers["ETag"]
    assert client.options(url).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.post(url).json()["code"] == "method-not-allowed"


def test_everybodys_tile_may_be_kept_by_any_cache_and_used_by_any_site(tile):
    headers = tile().headers
    assert headers["Cache-Control"] == "public, no-cache"
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_tile_of_a_staff_layer_is_for_staff_and_their_own_cache(client, city_of_jelgava):
    add_a_beacon(add("places", Point(23.7344, 56.6556), name_lv="Skola"))
    url = f"/ogc/collections/beacons/tiles/WebMercatorQuad/{TILE}"
    assert client.get(url).status_code == 404
    client.force_login(person("clerk", Role.CLERK))
    response = client.get(url)
    assert layers(response.content)["beacons"].features
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in response.headers["Vary"].split(",")}


def test_a_tile_of_a_staff_layer_holds_the_rows_that_its_reader_may_see(client, city_of_jelgava):
    place = add("places", Point(23.7344, 56.6556), name_lv="Skola")
    for technology, identifier in (("qr", "b-1"), ("nfc", "50%s")):
        add("beacons", Point(23.7344, 56.6556), place_id=place.id, technology=technology, identifier=identifier)
    url = f"/ogc/collections/beacons/tiles/WebMercatorQuad/{TILE}"

    def counted(*roles):
        client.force_login(person("-".join(roles), *roles))
        return len(layers(client.get(url).content)["beacons"].features)

    RowRule.objects.create(layer="beacons", role=Role.CLERK, action="read", condition="identifier LIKE '50%'")
    assert counted(Role.CLERK) == 1
    assert counted(Role.OPERATOR) == 2, "nor is what one may see kept for another"


def test_a_tile_that_was_cut_says_so(tile, monkeypatch):
    for number in range(3):
        add("tourism", Point(23.7344, 56.6556 + number / 10_000), name_lv=f"Vieta {number}")
    assert views.CUT_HEADER not in tile().headers
    monkeypatch.setattr(statements, "FEATURES_MAX", 2)
    statements._statement.cache_clear()
    assert tile().headers[views.CUT_HEADER] == "tourism"
    assert tile().headers[views.CUT_HEADER] == "tourism", "of a kept tile too"
    statements._statement.cache_clear()


def test_small_areas_and_small_bends_are_left_out_of_low_zooms(client, city_of_jelgava):
    small, large = box(23.70, 56.60, 23.7001, 56.6001), box(23.60, 56.50, 23.80, 56.70)
    for name, area in (("small", small), ("large", large)):
        add("land_cover", MultiPolygon([area]), name_lv=name, kind="park")

    def names(place):
        found = layers(client.get(f"/ogc/collections/land_cover/tiles/WebMercatorQuad/{place}").content)
        return {feature.properties["name"] for feature in found["land_cover"].features}

    # At zoom 8 a pixel of 512 is 306 m of Web Mercator; the small area is 11 m wide and 20 m high there.
    assert names("8/78/144") == {"large"}
    assert names("16/20210/37082") == {"small", "large"}

    line = LineString([(23.60, 56.60), (23.65, 56.60002), (23.70, 56.60)])
    add("streets", MultiLineString([line]), name_lv="Iela", category="primary")
    low = client.get("/ogc/collections/streets/tiles/WebMercatorQuad/8/78/144").content
    assert layers(low)["streets"].features, "a line stays, however straight it becomes"


def test_near_points_of_a_dense_layer_become_one_with_their_number(client, city_of_jelgava, style_of):
    style_of("tourism", cluster_below=13)
    for number in range(5):
        category = "castle" if number else "church"
        add("tourism", Point(23.7344 + number / 1e5, 56.6556), name_lv=f"Vieta {number}", category=category)
    alone = add("tourism", Point(23.77, 56.64), name_lv="Viena", category="park")
    features = layers(client.get(f"{WEB}/{TILE}").content)["tourism"].features
    (cluster,) = (feature for feature in features if feature.id is None)
    assert cluster.properties["point_count"] == 5
    assert json.loads(cluster.properties["categories"]) == {"castle": 4, "church": 1}
    (single,) = (feature for feature in features if feature.id is not None)
    assert (single.id, single.properties["name"]) == (alone.id, "Viena")
    deep = layers(client.get(f"{WEB}/13/2524/4636").content)["tourism"].features
    assert len(deep) == 6
    assert not any("point_count" in feature.properties for feature in deep)


def test_neighbouring_tiles_count_each_point_once(client, city_of_jelgava, style_of):
    style_of("tourism", cluster_below=13)
    edge = 2319 / 4096 * 360 - 180  # between column 2318 and 2319 of zoom 12
    for number in range(-10, 10):
        add("tourism", Point(edge + (number + 0.5) / 1e5, 56.6556), name_lv=f"Vieta {number}")

    def counted(column):
        found = layers(client.get(f"{WEB}/12/1262/{column}").content)
        return sum(feature.properties.get("point_count", 1) for feature in found["tourism"].features)

    assert (counted(2318), counted(2319)) == (10, 10)


def test_tiles_are_served_without_redis(tile):
    with (
        mock.patch.object(keeping.cache, "get", side_effect=RedisIsAway),
        mock.patch.object(keeping.cache, "set", side_effect=RedisIsAway),
    ):
        assert layers(tile().content)["tourism"].features
