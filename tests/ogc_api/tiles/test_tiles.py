"""Vector tiles: what is in them, and when a client may keep them."""

import pytest
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature, update_feature

pytestmark = pytest.mark.django_db
# Jelgava's castle at zoom 12 (4096 tiles): column (23.7344 + 180) / 360 * 4096 = 2318.04,
# row (1 - asinh(tan 56.6556°) / pi) / 2 * 4096 = 1262.01.
TILE = "12/1262/2318"


@pytest.fixture
def tile(client, castle):
    def get(url=f"/ogc/collections/tourism/tiles/WebMercatorQuad/{TILE}", **headers):
        return client.get(url, headers=headers)

    return get


def test_a_tile_holds_the_features_name_and_category(tile):
    response = tile()
    assert response.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    for text in (b"tourism", b"Jelgavas pils", b"Jelgava Palace", b"castle"):
        assert text in response.content


def test_the_citys_tile_holds_every_public_layer(tile):
    create_feature(
        catalog.layer("places"), properties={"name_lv": "Skola"}, geometry=Point(23.735, 56.655), actor="user:1"
    )
    body = tile(f"/ogc/tiles/WebMercatorQuad/{TILE}").content
    assert b"tourism" in body
    assert b"places" in body
    assert b"beacons" not in body


def test_an_unchanged_tile_is_not_sent_again_and_an_edit_is_seen_at_once(tile, castle):
    etag = tile().headers["ETag"]
    assert tile(**{"If-None-Match": etag}).status_code == 304
    update_feature(catalog.layer("tourism"), castle.id, properties={"name_lv": "Pils"}, version=1, actor="user:1")
    fresh = tile(**{"If-None-Match": etag})
    assert fresh.status_code == 200
    assert b"Jelgavas pils" not in fresh.content


@pytest.mark.parametrize("tile_address", ["0/1/0", "2/0/4", "23/0/0"])
def test_a_tile_outside_of_the_grid_is_a_404(client, tile_address):
    response = client.get(f"/ogc/collections/tourism/tiles/WebMercatorQuad/{tile_address}")
    assert (response.status_code, response.json()["code"]) == (404, "tile-out-of-range")


def test_tilejson_names_the_tiles_and_where_they_are(client, castle):
    document = client.get("/ogc/collections/tourism/tiles/WebMercatorQuad").json()
    assert document["tiles"] == ["http://testserver/ogc/collections/tourism/tiles/WebMercatorQuad/{z}/{y}/{x}"]
    assert document["bounds"] == [23.7344, 56.6556, 23.7344, 56.6556]
