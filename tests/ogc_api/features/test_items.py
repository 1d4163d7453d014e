"""Items of the OGC window: pages, filters, and edits by the version they were made from."""

import json

import pytest
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature
from layers.base.models import Change

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"


def feature(**properties):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [23.72, 56.65]},
        "properties": {"name_lv": "Tornis", "category": "viewpoint"} | properties,
    }


def send(client, method, url, body, **headers):
    return client.generic(method, url, json.dumps(body), content_type="application/geo+json", headers=headers)


def ids(response):
    return [f["id"] for f in response.json()["features"]]


def link(response, rel):
    return next((entry["href"] for entry in response.json()["links"] if entry["rel"] == rel), None)


def test_a_page_is_geojson_with_counts_and_links(client, castle, church):
    response = client.get(ITEMS)
    assert response.headers["Content-Type"] == "application/geo+json"
    body = response.json()
    assert (body["numberMatched"], body["numberReturned"]) == (2, 2)
    assert ids(response) == [castle.id, church.id]
    assert body["features"][1]["properties"]["name_en"] == "St Anne & co"
    assert link(response, "next") is None


def test_pages_follow_each_other_and_the_last_one_ends(client, castle, church):
    first = client.get(ITEMS, {"limit": 1})
    assert (ids(first), first.json()["numberMatched"]) == ([castle.id], 2)
    second = client.get(link(first, "next"))
    assert ids(second) == [church.id]
    assert link(second, "next") is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"bbox": "23.73,56.65,23.74,56.66"}, ["castle"]),
        ({"bbox": "23.7263,56.6489,23.7263,56.6489"}, ["church"]),
        ({"category": "church"}, ["church"]),
        ({"q": "svetas annas"}, ["church"]),
        ({"q": "100%"}, []),
        ({"name": "Jelgavas pils"}, ["castle"]),
        ({"category": "'; DROP TABLE tourism_tourismobject; --"}, []),
    ],
)
def test_it_filters(client, castle, church, query, found):
    known = {"castle": castle.id, "church": church.id}
    assert ids(client.get(ITEMS, query)) == [known[name] for name in found]


@pytest.fixture
def festival(db, city_of_jelgava):
    """From 22:30 UTC on the last of May, which is half past one on the first of June in Riga, for two hours."""
    times = {"starts_at": "2026-05-31T22:30:00Z", "ends_at": "2026-06-01T00:30:00Z"}
    return create_feature(
        catalog.layer("events"),
        properties={"name_lv": "Svētki", "category": "festival"} | times,
        geometry=Point(23.72, 56.65),
        actor="user:1",
    )


@pytest.mark.parametrize(
    ("datetime", "found"),
    [
        ("2026-06-01", True),  # the city's day
        ("2026-05-31", False),
        ("2026-05-31T23:00:00Z", True),
        ("2026-06-01T00:30:00Z/..", True),
        ("../2026-05-31T22:29:59Z", False),
        ("2026-01-01/2026-12-31", True),
        ("2027-01-01/..", False),
    ],
)
def test_it_filters_by_time(client, festival, datetime, found):
    assert bool(ids(client.get("/ogc/collections/events/items", {"datetime": datetime}))) is found


def test_what_has_no_times_holds_always(client, castle):
    assert ids(client.get(ITEMS, {"datetime": "1999-01-01"})) == [castle.id]


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"},
        {"datetime": "yesterday"},
        {"datetime": "2026-05-31T09:00:00"},
        {"datetime": "../.."},
        {"datetime": "2026-06-02/2026-06-01"},
        {"bbox": "nan,1,2,3"},
        {"limit": "0"},
        {"limit": "many"},
        {"offset": "-1"},
        {"colour": "red"},
        {"bank_account": "LV80"},
    ],
)
def test_it_refuses_a_wrong_parameter_as_a_problem(client, castle, query):
    response = client.get(ITEMS, query)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid-parameter"


def test_one_feature_carries_its_version_and_is_not_sent_twice(client, castle):
    response = client.get(f"{ITEMS}/{castle.id}")
    assert response.headers["ETag"] == '"1"'
    assert response.json()["properties"]["name"] == "Jelgavas pils"
    again = client.get(f"{ITEMS}/{castle.id}", headers={"If-None-Match": '"1"'})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("feature_id", ["999999", "abc", "1;2", "9" * 30])
def test_an_unknown_feature_is_a_404(client, castle, feature_id):
    response = client.get(f"{ITEMS}/{feature_id}")
    assert (response.status_code, response.json()["code"]) == (404, "feature-not-found")


def test_the_editor_creates_replaces_patches_and_deletes(client, tourism_editor):
    client.force_login(tourism_editor)
    created = send(client, "POST", ITEMS, feature(), **{"X-Change-Reason": "opened"})
    assert created.status_code == 201
    url = created.headers["Location"]
    replaced = send(client, "PUT", url, feature(season="May"), **{"If-Match": created.headers["ETag"]})
    assert (replaced.status_code, replaced.headers["ETag"]) == (200, '"2"')
    patched = send(client, "PATCH", url, {"properties": {"season": None}}, **{"If-Match": '"2"'})
    assert patched.headers["ETag"] == '"3"'
    assert client.get(url).json()["properties"]["season"] == ""
    assert send(client, "DELETE", url, {}, **{"If-Match": '"3"'}).status_code == 204
    assert client.get(url).status_code == 404
    history = Change.objects.filter(layer="tourism").order_by("version").values_list("operation", "reason")
    assert list(history) == [("create", "opened"), ("update", ""), ("update", ""), ("delete", "")]


def test_of_two_editors_at_once_the_second_learns_the_current_version(client, tourism_editor, castle):
    client.force_login(tourism_editor)
    assert send(client, "PUT", f"{ITEMS}/{castle.id}", feature(), **{"If-Match": '"1"'}).status_code == 200
    late = send(client, "PUT", f"{ITEMS}/{castle.id}", feature(season="June"), **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"], late.json()["current_version"]) == (412, "stale-version", 2)


def test_an_edit_without_a_version_is_refused(client, tourism_editor, castle):
    client.force_login(tourism_editor)
    response = send(client, "PUT", f"{ITEMS}/{castle.id}", feature())
    assert (response.status_code, response.json()["code"]) == (428, "version-needed")


def test_owner_colleague_and_stranger(client, castle, tourism_editor, clerk):
    def attempt():
        return send(client, "PATCH", f"{ITEMS}/{castle.id}", {"properties": {}}, **{"If-Match": '"1"'}).status_code

    assert attempt() == 401
    client.force_login(clerk)
    assert attempt() == 403
    client.force_login(tourism_editor)
    assert attempt() == 200


def test_options_tell_an_editor_and_nobody_else_that_they_may_post(client, castle, tourism_editor):
    assert client.options(ITEMS).headers["Allow"] == "GET, HEAD, OPTIONS"
    client.force_login(tourism_editor)
    assert client.options(ITEMS).headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"type":"Point"}',
        '{"type":"Feature","properties":[],"geometry":{}}',
        '{"type":"Feature"}',
        "[" * 5000,
    ],
)
def test_a_body_that_is_no_feature_is_refused(client, tourism_editor, body):
    client.force_login(tourism_editor)
    response = client.generic("POST", ITEMS, body, content_type="application/geo+json")
    assert response.status_code == 400
    assert response.json()["code"] in {"unreadable-body", "invalid-geometry"}
    assert not Change.objects.exists()


def test_a_staff_layer_does_not_exist_for_others(client, clerk, city_of_jelgava):
    assert client.get("/ogc/collections/beacons/items").status_code == 404
    client.force_login(clerk)
    assert client.get("/ogc/collections/beacons/items").status_code == 200
