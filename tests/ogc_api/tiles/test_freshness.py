"""When a kept tile may be given again: no query, no stale tile, and an edit that changes only the tiles it touched."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from shapely import MultiLineString, Point

from gis_platform.core import clock
from gis_platform.core.crs import transformer
from layers import catalog
from layers.base import watching
from layers.base.editing import create_feature, delete_feature, update_feature
from layers.base.models import TileChange
from layers.custom import queries as custom
from layers.custom.models import CustomLayer
from layers.custom.services import create_layer, remove_layer
from ogc_api.tiles import freshness
from ogc_api.tiles.matrix_sets import WEB_MERCATOR_QUAD, matrix_set

URL = "/ogc/collections/tourism/tiles/{}"
HERE = (23.7344, 56.6556)
FAR = (23.80, 56.60)  # some kilometres away
PATIENCE_S = 5


def add(longitude, latitude, layer="tourism", **properties):
    properties = {"name_lv": "Vieta"} | properties
    return create_feature(
        catalog.layer(layer), properties=properties, geometry=Point(longitude, latitude), actor="user:1"
    )


def rename(stored, *, to):
    return update_feature(
        catalog.layer("tourism"), stored.id, properties={"name_lv": to}, version=stored.version, actor="user:1"
    )


def tile_at(longitude, latitude, zoom, grid="WebMercatorQuad"):
    """The address of the tile that holds a position."""
    known = matrix_set(grid)
    x, y = transformer(from_srid=4326, to_srid=known.srid).transform(longitude, latitude)
    side = known.side / 2**zoom
    return f"{grid}/{zoom}/{int((known.north - y) // side)}/{int((x - known.west) // side)}"


@pytest.fixture
def etag(client):
    def read(place, zoom, grid="WebMercatorQuad"):
        return client.get(URL.format(tile_at(*place, zoom, grid))).headers["ETag"]

    return read


@pytest.mark.django_db
@pytest.mark.usefixtures("city_of_jelgava")
class TestAnEdit:
    @pytest.mark.parametrize(("grid", "zoom"), [("WebMercatorQuad", z) for z in (12, 14, 16, 18)] + [("LatviaTM", 9)])
    def test_changes_the_tiles_that_it_touched_and_no_other(self, etag, grid, zoom):
        near, far = add(*HERE), add(*FAR)
        before = etag(HERE, zoom, grid), etag(FAR, zoom, grid)
        rename(near, to="Pils")
        after = etag(HERE, zoom, grid), etag(FAR, zoom, grid)
        assert after[0] != before[0]
        assert after[1] == before[1]
        rename(far, to="Mežs")
        assert etag(FAR, zoom, grid) != before[1]

    @pytest.mark.parametrize("zoom", [0, 5, 9])
    def test_changes_the_tiles_above_it(self, etag, zoom):
        near = add(*HERE)
        before = etag(HERE, zoom)
        rename(near, to="Pils")
        assert etag(HERE, zoom) != before

    def test_that_moves_a_feature_changes_where_it_was_and_where_it_is(self, etag):
        moving = add(*HERE)
        before = etag(HERE, 16), etag(FAR, 16)
        update_feature(
            catalog.layer("tourism"), moving.id, properties={}, geometry=Point(*FAR), version=1, actor="user:1"
        )
        after = etag(HERE, 16), etag(FAR, 16)
        assert before[0] != after[0]
        assert before[1] != after[1]

    def test_that_removes_a_feature_changes_its_tile(self, etag):
        gone = add(*HERE)
        before = etag(HERE, 16)
        delete_feature(catalog.layer("tourism"), gone.id, version=1, actor="user:1")
        assert etag(HERE, 16) != before

    def test_just_beyond_a_tiles_edge_changes_it_for_its_margin_shows_it(self, client, etag):
        # Column 37089 of zoom 16 begins at 37089 / 65536 * 360 - 180; a margin is 1/32 of a tile.
        edge = 37_089 / 65_536 * 360 - 180
        width = 360 / 65_536
        west = (edge - width / 2, HERE[1])
        before = etag(west, 16)
        add(edge + width / 40, HERE[1])
        assert etag(west, 16) != before
        before = etag(west, 16)
        add(edge + width / 20, HERE[1])
        assert etag(west, 16) == before

    def test_of_another_layer_changes_nothing(self, etag):
        add(*HERE)
        before = etag(HERE, 16)
        add(*HERE, layer="places")
        assert etag(HERE, 16) == before

    def test_of_many_features_changes_the_whole_layer(self, etag):
        add(*HERE)
        before = etag(FAR, 16)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {catalog.layer('tourism').table[1]} (name_lv, geometry)"
                " SELECT 'Vieta', ST_SetSRID(ST_MakePoint(23.7, 56.65), 4326) FROM generate_series(1, 101)"
            )
        assert etag(FAR, 16) != before
        assert TileChange.objects.filter(layer="tourism").values_list("x", "y").get() == (None, None)

    def test_that_reaches_far_changes_the_whole_layer(self, etag):
        add(*HERE)
        line = MultiLineString([[(23.25, 56.35), (24.15, 56.85)]])
        create_feature(catalog.layer("streets"), properties={"category": "primary"}, geometry=line, actor="user:1")
        assert TileChange.objects.filter(layer="streets").values_list("x", "y").get() == (None, None)


@pytest.mark.django_db
def test_every_tile_whose_margin_holds_a_point_is_over_a_changed_cell(city_of_jelgava):
    """By arithmetic: whatever the zoom, the cells of a tile and of its margin are among those asked for."""
    x, y = 37_088, 20_192  # a cell of zoom 16
    for zoom in range(23):
        scale = 2 ** (16 - zoom)
        tile = WEB_MERCATOR_QUAD.tile(zoom, int(y / scale), int(x / scale))
        x0, y0, x1, y1 = freshness.cells_of(tile)
        assert x0 <= x <= x1
        assert y0 <= y <= y1
        if zoom >= 16:
            assert (x0, y0, x1, y1) == (x, y, x, y)


@pytest.fixture
def listening(transactional_db, city_of_jelgava):
    watching.start()
    wait_until(watching.is_listening)
    yield
    watching.stop()


def wait_until(condition):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def queries_of(client, url, **headers):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, headers=headers)
    return response, [query["sql"] for query in captured.captured_queries]


@pytest.mark.usefixtures("listening")
class TestWhileListening:
    @pytest.mark.parametrize("resource", ["/ogc/collections/tourism", "/ogc"])
    def test_a_kept_tile_and_a_304_cost_no_query(self, client, resource, monkeypatch):
        monkeypatch.setattr(custom, "REMEMBERED_S", -1.0)  # nor does what follows from the list of layers
        add(*HERE)
        url = f"{resource}/tiles/{tile_at(*HERE, 14)}"
        first = client.get(url)
        kept, queries = queries_of(client, url)
        assert (kept.content, queries) == (first.content, [])
        unchanged, queries = queries_of(client, url, **{"If-None-Match": first.headers["ETag"]})
        assert (unchanged.status_code, queries) == (304, [])

    def test_a_layer_that_is_added_is_in_the_citys_tile(self, client):
        url = f"/ogc/tiles/{tile_at(*HERE, 14)}"
        client.get(url)
        added = CustomLayer(id="benches", title_en="Benches", geometry_type="Point", access="public")
        in_another_thread(lambda: create_layer(added, [], actor="user:1"))
        wait_until(lambda: any(spec.id == "benches" for spec in catalog.layers()))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO custom.benches (geometry) VALUES (ST_SetSRID(ST_MakePoint(%s, %s), 4326))", HERE
            )
        wait_until(lambda: b"benches" in client.get(url).content)
        in_another_thread(lambda: remove_layer(added, actor="user:1"))
        wait_until(lambda: b"benches" not in client.get(url).content)

    def test_somebody_elses_edit_is_seen_once_it_is_committed(self, client):
        stored = add(*HERE)
        url = URL.format(tile_at(*HERE, 14))
        before = client.get(url)
        in_another_thread(lambda: rename(stored, to="Pils"))
        wait_until(lambda: client.get(url).headers["ETag"] != before.headers["ETag"])
        assert b"Pils" in client.get(url).content

    def test_a_tile_elsewhere_is_still_kept_after_an_edit(self, client):
        stored = add(*HERE)
        add(*FAR)
        here, elsewhere = URL.format(tile_at(*HERE, 14)), URL.format(tile_at(*FAR, 14))
        before, kept = client.get(here).headers["ETag"], client.get(elsewhere)
        rename(stored, to="Pils")
        wait_until(lambda: client.get(here).headers["ETag"] != before)
        again, queries = queries_of(client, elsewhere, **{"If-None-Match": kept.headers["ETag"]})
        assert (again.status_code, queries) == (304, [])

    def test_a_feature_that_begins_to_hold_appears_without_an_edit(self, client):
        add(*HERE, name_lv="Vecā")
        begins = clock.now() + timedelta(seconds=1.5)
        add(*HERE, name_lv="Jaunā", valid_from=begins.isoformat())
        url = URL.format(tile_at(*HERE, 14))
        before = client.get(url)
        assert "Jaunā".encode() not in before.content
        assert queries_of(client, url)[1] == []
        wait_until(lambda: clock.now() > begins)
        time.sleep(0.05)
        after = client.get(url, headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert "Jaunā".encode() in after.content

    def test_what_changed_while_the_connection_was_lost_is_seen(self, client):
        stored = add(*HERE)
        url = URL.format(tile_at(*HERE, 14))
        before = client.get(url).headers["ETag"]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query IN ('LISTEN layer_changed', 'SELECT 1')"
                " AND pid <> pg_backend_pid()"
            )
            assert cursor.rowcount == 1
        wait_until(lambda: not watching.is_listening())
        rename(stored, to="Pils")
        assert client.get(url).headers["ETag"] != before, "without a listener the database is asked"
        wait_until(watching.is_listening)
        assert b"Pils" in client.get(url).content

    def test_a_server_that_no_longer_answers_is_not_trusted(self, client, monkeypatch):
        add(*HERE)
        url = URL.format(tile_at(*HERE, 14))
        client.get(url)
        monkeypatch.setattr(watching, "TRUSTED_S", -1.0)
        assert queries_of(client, url)[1]

    def test_a_state_read_before_a_change_is_not_kept_after_it(self):
        """The race: one reads, another commits, the news come, and only then the first one keeps what it read."""
        memory = watching.Memory()
        mark = memory.mark("tourism")
        memory.forget("tourism")
        memory.keep("tourism", "old", mark=mark)
        assert memory.get("tourism") is None

    def test_the_broken_twin_that_never_forgets_serves_stale_tiles(self, client, monkeypatch):
        """A canary: were the news not heeded, the test above would see it."""
        monkeypatch.setattr(watching.Memory, "forget", lambda self, layer: None)
        stored = add(*HERE)
        url = URL.format(tile_at(*HERE, 14))
        before = client.get(url).headers["ETag"]
        rename(stored, to="Pils")
        time.sleep(0.5)
        assert client.get(url).headers["ETag"] == before


def in_another_thread(work):
    def run():
        work()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
