"""Faults of pygeoapi 0.24's own item pages, seen and measured: none of them is ours."""

import json

import pytest
from pygeoapi.api import API
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature
from layers.tourism.models import TourismObject
from ogc_api import window

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"


def ids(response):
    return [f["id"] for f in response.json()["features"]]


def rels(response):
    return {entry["rel"] for entry in response.json()["links"]}


def test_less_than_and_ampersand_come_out_as_they_are_stored(client, castle):
    TourismObject.objects.filter(pk=castle.id).update(name_en='a < b & c > "d" \'\u2028')
    for url in (ITEMS, f"{ITEMS}/{castle.id}"):
        assert b"&lt;" not in client.get(url).content
    assert client.get(f"{ITEMS}/{castle.id}").json()["properties"]["name_en"] == 'a < b & c > "d" \'\u2028'


@pytest.mark.parametrize("asked", [{}, {"f": "json"}])
def test_geojson_has_geojson_s_media_type(client, castle, asked):
    for url in (ITEMS, f"{ITEMS}/{castle.id}"):
        assert client.get(url, asked)["Content-Type"] == "application/geo+json"


def test_head_is_answered_without_a_body(client, castle):
    for url in (ITEMS, f"{ITEMS}/{castle.id}"):
        answer = client.head(url)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["Content-Type"] == "application/geo+json"


@pytest.mark.parametrize("method", ["patch", "trace", "delete", "put"])
def test_a_method_that_is_not_for_it_is_refused_and_no_mistake_of_ours(client, castle, method):
    assert 400 <= client.generic(method.upper(), ITEMS).status_code < 500


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "a,b,c,d"},
        {"bbox": "1,2,3,4,5"},
        {"bbox": "1,2,3,inf"},
        {"limit": "ten"},
        {"limit": "-1"},
        {"offset": "1e3"},
        {"datetime": "2025-13-01"},
        {"datetime": "2025-01-01/2025-01-02/2025-01-03"},
        {"place_id": "1"},
        {"filter": "no_such_thing = 1"},
        {"sortby": "no_such_thing"},
        {"properties": "no_such_thing"},
        {"valid_from": "not a time"},
        {"category": "a\0b"},
        {"Limit": "1"},
    ],
)
def test_bad_values_and_unknown_parameters_are_refused(client, castle, query):
    answer = client.get(ITEMS, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "geometry", [{"type": "Point"}, {"type": "Point", "coordinates": ["a", 1]}, {"type": "X"}, 7, []]
)
def test_a_bad_geometry_is_refused(client, tourism_editor, geometry):
    client.force_login(tourism_editor)
    body = {"type": "Feature", "geometry": geometry, "properties": {"name_lv": "x", "category": "church"}}
    assert client.post(ITEMS, json.dumps(body), content_type="application/geo+json").status_code in (400, 422)


def test_a_put_changes_the_feature_of_its_address(client, tourism_editor, castle, church):
    client.force_login(tourism_editor)
    body = {
        "type": "Feature",
        "id": church.id,
        "geometry": {"type": "Point", "coordinates": [23.72, 56.65]},
        "properties": {"name_lv": "Tornis", "category": "viewpoint"},
    }
    answer = client.put(
        f"{ITEMS}/{castle.id}", json.dumps(body), content_type="application/geo+json", headers={"If-Match": '"1"'}
    )
    assert answer.status_code < 300
    assert client.get(f"{ITEMS}/{castle.id}").json()["properties"]["name_lv"] == "Tornis"
    assert client.get(f"{ITEMS}/{church.id}").json()["properties"]["name_en"] == "St Anne & co"


def test_the_last_page_when_full_has_no_next(client, castle, church):
    assert "next" not in rels(client.get(ITEMS, {"limit": 2}))
    assert "next" in rels(client.get(ITEMS, {"limit": 1}))


def test_a_day_is_the_whole_day(client, city_of_jelgava, db):
    times = {"starts_at": "2025-01-01T12:00:00Z", "ends_at": "2025-01-01T14:00:00Z"}
    held = create_feature(
        catalog.layer("events"),
        properties={"name_lv": "Tirgus", "category": "festival"} | times,
        geometry=Point(23.72, 56.65),
        actor="user:1",
    )
    assert ids(client.get("/ogc/collections/events/items", {"datetime": "2025-01-01"})) == [held.id]


def test_a_box_over_the_antimeridian_is_two(client, castle):
    assert ids(client.get(ITEMS, {"bbox": "20,50,-170,60"})) == [castle.id]
    assert ids(client.get(ITEMS, {"bbox": "170,50,-170,60"})) == []
    assert ids(client.get(ITEMS, {"filter": "S_INTERSECTS(geometry, BBOX(20, 50, -170, 60))"})) == [castle.id]


def test_the_api_is_made_once_for_a_catalogue(client, castle, monkeypatch):
    made = []
    first = API.__init__
    monkeypatch.setattr(API, "__init__", lambda self, *args, **kwargs: made.append(1) or first(self, *args, **kwargs))
    window._api.cache_clear()
    for _ in range(3):
        assert client.get("/ogc/collections", {"f": "json"}).status_code == 200
    assert len(made) == 1


def test_a_page_of_items_asks_the_database_once(client, castle, django_assert_num_queries):
    client.get(ITEMS)
    with django_assert_num_queries(1):
        client.get(ITEMS, {"limit": 1, "bbox": "23,56,24,57"})
    with django_assert_num_queries(1):
        client.get(f"{ITEMS}/{castle.id}")
