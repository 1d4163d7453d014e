"""Editing by OGC API Features Part 4: create, replace, update, delete, and optimistic locking by ETags."""

import json

import pytest
from shapely import Point

from gis_platform.core.models import AuditEntry, OutboxEntry
from layers import catalog
from layers.base.drafting import draft
from layers.base.editing import create_feature, update_feature
from layers.base.models import Change

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"
PATCH = "application/merge-patch+json"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"


def feature(coordinates=(23.72, 56.65), **properties):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(coordinates)},
        "properties": {"name_lv": "Tornis", "category": "viewpoint"} | properties,
    }


def send(client, method, url, body, media_type="application/geo+json", **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.generic(method, url, text, content_type=media_type, headers=headers)


@pytest.fixture
def desk(client, tourism_editor):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(tourism_editor)
    return client


@pytest.fixture
def url(castle):
    return f"{ITEMS}/{castle.id}"


def stored(url):
    return draft(catalog.layer("tourism"), int(url.rpartition("/")[2]))


# --- Create, replace, update, delete ---------------------------------------------------------------------------------


def test_a_created_feature_has_an_address_and_a_version(desk):
    response = send(desk, "POST", ITEMS, feature())
    assert (response.status_code, response.headers["ETag"]) == (201, '"1"')
    location = response.headers["Location"]
    assert location.startswith("http://testserver/ogc/collections/tourism/items/")
    assert desk.get(location).json()["properties"]["name_lv"] == "Tornis"


def test_the_id_of_the_path_wins_over_that_of_the_body(desk, url, church):
    sent = feature() | {"id": church.id}
    assert send(desk, "PUT", url, sent, **{"If-Match": '"1"'}).status_code == 200
    assert stored(url).state["name_lv"] == "Tornis"
    assert stored(f"{ITEMS}/{church.id}").version == 1


def test_a_replacement_empties_what_it_does_not_name_and_keeps_what_is_private(desk, url):
    send(desk, "PATCH", url, {"properties": {"season": "May"}}, PATCH, **{"If-Match": '"1"'})
    assert send(desk, "PUT", url, feature(), **{"If-Match": '"2"'}).status_code == 200
    assert (stored(url).state["season"], stored(url).state["status"]) == ("", "published")


@pytest.mark.parametrize("media_type", [PATCH, "application/geo+json", "application/json"])
def test_a_patch_changes_what_it_names_and_null_removes(desk, url, media_type):
    first = send(
        desk, "PATCH", url, {"properties": {"season": "May", "name_en": None}}, media_type, **{"If-Match": "*"}
    )
    assert first.headers["ETag"] == '"2"'
    state = stored(url).state
    assert (state["season"], state["name_en"], state["category"]) == ("May", "", "castle")


def test_a_patch_of_the_geometry_alone_moves_the_feature(desk, url):
    moved = {"geometry": {"type": "Point", "coordinates": [23.7, 56.6]}}
    assert send(desk, "PATCH", url, moved, PATCH, **{"If-Match": '"1"'}).status_code == 200
    assert stored(url).geometry["coordinates"] == [23.7, 56.6]
    assert stored(url).state["name_en"] == "Jelgava Palace"


def test_a_patch_may_leave_out_the_type_of_the_geometry(desk, url):
    assert (
        send(desk, "PATCH", url, {"geometry": {"coordinates": [23.7, 56.6]}}, PATCH, **{"If-Match": "*"}).status_code
        == 200
    )
    assert stored(url).geometry == {"type": "Point", "coordinates": [23.7, 56.6]}


@pytest.mark.parametrize(
    "patch",
    [
        {"geometry": None},
        {"geometry": {"type": "Point"}},
        {"properties": None},
        {"properties": []},
        {"category": "museum"},
        {"properties": {"category": None, "colour": "red"}},
        [],
    ],
)
def test_a_patch_that_would_leave_no_feature_is_refused(desk, url, patch):
    response = send(desk, "PATCH", url, patch, PATCH, **{"If-Match": '"1"'})
    assert response.status_code == 400
    assert stored(url).version == 1


def test_an_unknown_property_is_refused_by_its_name(desk):
    response = send(desk, "POST", ITEMS, feature(colour="red"))
    assert (response.status_code, list(response.json()["fields"])) == (400, ["colour"])


def test_a_deleted_feature_is_gone_and_its_history_stays(desk, url, castle):
    assert send(desk, "DELETE", url, "", **{"If-Match": '"1"'}).status_code == 204
    assert desk.get(url).status_code == 404
    assert Change.objects.filter(feature_id=castle.id, operation="delete").exists()


@pytest.mark.parametrize(
    ("prefer", "status", "applied"),
    [("return=representation", 200, True), ("return=minimal", 204, True), ("", 200, False), ("nonsense", 200, False)],
)
def test_the_answer_is_as_long_as_the_client_prefers(desk, url, prefer, status, applied):
    response = send(desk, "PATCH", url, {"properties": {"season": "May"}}, **{"If-Match": '"1"', "Prefer": prefer})
    assert (response.status_code, response.headers["ETag"]) == (status, '"2"')
    assert response.headers.get("Preference-Applied") == (prefer if applied else None)
    if prefer == "return=representation":
        assert response.json()["properties"]["season"] == "May"
        assert "status" not in response.json()["properties"]


# --- Versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', '"7", "1"', 'W/"0" , "1"', "*", '"1-3059"'])
def test_an_etag_of_the_current_version_is_taken(desk, url, tags):
    assert send(desk, "PATCH", url, {"properties": {"season": "May"}}, **{"If-Match": tags}).status_code == 200


@pytest.mark.parametrize("tags", ['"2"', '"0"', '""', '"abc"', '"99999999999"'])
def test_a_stale_version_is_told_the_current_one(desk, url, tags):
    response = send(desk, "PUT", url, feature(), **{"If-Match": tags})
    assert response.status_code == 412
    assert (response.json()["code"], response.json()["current_version"]) == ("stale-version", 1)
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("tags", ["1", "W/1", '"1', "yes", '"1" "2"', "<>"])
def test_a_tag_without_its_quotation_marks_is_refused(desk, url, tags):
    response = send(desk, "PUT", url, feature(), **{"If-Match": tags})
    assert (response.status_code, stored(url).version) == (400, 1)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_edit_must_say_which_version_it_was_made_from(desk, url, method):
    response = send(desk, method, url, feature())
    assert (response.status_code, response.json()["code"]) == (428, "version-needed")


def test_who_wants_the_feature_not_to_be_there_is_refused(desk, url):
    response = send(desk, "PUT", url, feature(), **{"If-None-Match": "*"})
    assert (response.status_code, response.headers["ETag"]) == (412, '"1"')


def test_the_etag_of_a_reading_is_the_one_that_an_edit_names(desk, url):
    tag = desk.get(url).headers["ETag"]
    assert send(desk, "PATCH", url, {"properties": {"season": "May"}}, **{"If-Match": tag}).status_code == 200
    assert desk.get(url, headers={"If-None-Match": tag}).status_code == 200
    assert desk.get(url, headers={"If-None-Match": desk.get(url).headers["ETag"]}).status_code == 304


# --- Bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", ["application/geo+json", "application/json; charset=utf-8", ""])
def test_a_feature_without_its_own_media_type_is_taken(desk, media_type):
    assert send(desk, "POST", ITEMS, feature(), media_type).status_code == 201


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", PATCH])
def test_another_media_type_is_refused_with_those_that_do(desk, media_type):
    response = send(desk, "POST", ITEMS, feature(), media_type)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported-media-type")
    assert response.headers["Accept-Post"].startswith("application/geo+json")


BAD_BODIES = {
    "nothing": "",
    "no-utf-8": b'{"type":"Feature","properties":{"name_lv":"\xff"}}',
    "nan": '{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,56.6]},"properties":{}}',
    "infinity": '{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,56.6]},"properties":{}}',
    "long-number": '{"type":"Feature","geometry":{"type":"Point","coordinates":['
    + "9" * 5000
    + ',1]},"properties":{}}',
    "twice": '{"type":"Feature","type":"Feature"}',
    "deep-list": '{"properties":{"photos":' + "[" * 100_000 + "]" * 100_000 + "}}",
    "deep-object": '{"a":' * 5000 + "1" + "}" * 5000,
    "unclosed": "[" * 1_000_000,
    "surrogate": json.dumps(feature(name_lv="\ud800")),
    "nul": json.dumps(feature(name_lv="a\0")),
    "collection": '{"type":"FeatureCollection","features":[]}',
    "own-crs": json.dumps(feature() | {"crs": {"type": "name", "properties": {"name": "EPSG:3059"}}}),
    "crs-string": json.dumps(feature() | {"crs": "EPSG:3059"}),
}
BAD_GEOMETRIES = {
    "null": None,
    "text": "POINT (1 2)",
    "no-coordinates": {"type": "Point"},
    "no-numbers": {"type": "Point", "coordinates": ["a", "b"]},
    "null-numbers": {"type": "Point", "coordinates": [None, None]},
    "one-number": {"type": "Point", "coordinates": [23.7]},
    "empty": {"type": "Point", "coordinates": []},
    "too-deep": {"type": "Point", "coordinates": [[23.7, 56.6]]},
    "too-flat": {"type": "Polygon", "coordinates": [[23.7, 56.6], [23.8, 56.6]]},
    "open-ring": {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.6], [23.8, 56.7]]]},
    "bow-tie": {
        "type": "Polygon",
        "coordinates": [[[23.7, 56.6], [23.8, 56.7], [23.8, 56.6], [23.7, 56.7], [23.7, 56.6]]],
    },
    "unknown-type": {"type": "Circle", "coordinates": [23.7, 56.6]},
    "elsewhere": {"type": "Point", "coordinates": [2.35, 48.85]},
    "swapped": {"type": "Point", "coordinates": [56.65, 23.72]},
    "metres": {"type": "Point", "coordinates": [500000, 6280000]},
    "truth": {"type": "Point", "coordinates": [True, False]},
    "nested": {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]},
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_cannot_be_meant_is_refused(desk, body):
    response = send(desk, "POST", ITEMS, body)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert not Change.objects.exists()


@pytest.mark.parametrize("geometry", BAD_GEOMETRIES.values(), ids=BAD_GEOMETRIES)
def test_a_geometry_that_cannot_be_kept_is_refused(desk, geometry):
    response = send(desk, "POST", ITEMS, feature() | {"geometry": geometry})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-geometry")
    assert not Change.objects.exists()


def test_a_height_is_dropped_for_layers_have_none(desk):
    location = send(desk, "POST", ITEMS, feature((23.72, 56.65, 12.5))).headers["Location"]
    assert desk.get(location).json()["geometry"]["coordinates"] == [23.72, 56.65]


def test_a_geometry_with_too_many_vertices_is_refused(desk):
    line = [[23.7 + step / 10_000_000, 56.6] for step in range(100_002)]
    response = send(desk, "POST", ITEMS, feature() | {"geometry": {"type": "LineString", "coordinates": line}})
    assert (response.status_code, "vertices" in response.json()["detail"]) == (400, True)


def test_a_body_beyond_the_limit_is_refused(desk):
    response = send(desk, "POST", ITEMS, json.dumps(feature()) + " " * 5 * 1024 * 1024)
    assert (response.status_code, response.json()["code"]) == (413, "too-large")


# The palace, 23.7344 E 56.6556 N, by ST_Transform of PostGIS; in LKS-92 the northing comes first.
@pytest.mark.parametrize(
    ("uri", "coordinates"),
    [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", (23.7344, 56.6556)),
        (f"{EPSG}/4326", (56.6556, 23.7344)),
        (f"<{EPSG}/4326>", (56.6556, 23.7344)),
        (f"{EPSG}/3857", (2642101.322, 7690049.663)),
        (f"{EPSG}/3059", (279081.513, 483716.639)),
    ],
)
def test_coordinates_come_in_the_crs_that_the_header_names(desk, url, uri, coordinates):
    sent = {"geometry": {"type": "Point", "coordinates": coordinates}}
    response = send(desk, "PATCH", url, sent, PATCH, **{"If-Match": '"1"', "Content-Crs": uri})
    assert response.status_code == 200, response.json()
    assert stored(url).geometry["coordinates"] == pytest.approx([23.7344, 56.6556], abs=2e-6)


@pytest.mark.parametrize("uri", ["EPSG:3059", f"{EPSG}/2000", "4326; DROP TABLE", "<>"])
def test_a_crs_that_is_not_offered_is_refused(desk, url, uri):
    response = send(desk, "PUT", url, feature(), **{"If-Match": '"1"', "Content-Crs": uri})
    assert (response.status_code, stored(url).version) == (400, 1)


def test_coordinates_that_have_no_place_in_their_crs_are_refused(desk, url):
    sent = {"geometry": {"type": "Point", "coordinates": [1e300, 1e300]}}
    headers = {"If-Match": '"1"', "Content-Crs": f"{EPSG}/3059"}
    assert send(desk, "PATCH", url, sent, PATCH, **headers).json()["code"] == "invalid-geometry"


# --- Status, history, audit, outbox ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_status_keeps_to_the_table_of_moves(desk, url, method):
    sent = feature(status="review")
    response = send(desk, method, url, sent, **{"If-Match": '"1"'})
    assert (response.status_code, response.json()["code"]) == (409, "status-move-not-allowed")
    assert send(desk, method, url, feature(status="draft"), **{"If-Match": '"1"'}).status_code == 200
    assert (stored(url).status, desk.get(url).status_code) == ("draft", 404)


def test_the_status_that_it_has_may_be_sent_back(desk, url):
    assert send(desk, "PUT", url, feature(status="published"), **{"If-Match": '"1"'}).status_code == 200


def test_a_verb_keeps_to_the_table_too(tourism_editor, castle):
    tourism = catalog.layer("tourism")
    with pytest.raises(Exception, match="there is no way to"):
        update_feature(tourism, castle.id, properties={"status": "review"}, version=1, actor="user:1")


def test_an_edit_leaves_history_audit_and_a_promise(desk, tourism_editor):
    location = send(desk, "POST", ITEMS, feature(), **{"X-Change-Reason": "opened"}).headers["Location"]
    number = int(location.rpartition("/")[2])
    change = Change.objects.get(feature_id=number)
    assert (change.actor, change.reason) == (tourism_editor.actor, "opened")
    entry = AuditEntry.objects.get(subject=f"tourism:{number}")
    assert (entry.actor, entry.action, entry.data) == (tourism_editor.actor, "feature.create", {"version": 1})
    promise = OutboxEntry.objects.get(topic="layers.feature-changed")
    assert promise.payload == {"layer": "tourism", "feature": number, "version": 1, "operation": "create"}


def test_a_refused_edit_leaves_nothing(desk, url):
    before = (Change.objects.count(), AuditEntry.objects.count(), OutboxEntry.objects.count())
    send(desk, "PUT", url, feature(), **{"If-Match": '"9"'})
    send(desk, "PUT", url, feature(status="review"), **{"If-Match": '"1"'})
    assert (Change.objects.count(), AuditEntry.objects.count(), OutboxEntry.objects.count()) == before


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_options_say_what_the_caller_may_do(client, url, tourism_editor, clerk):
    allowed = {}
    for name, user in {"stranger": None, "colleague": clerk, "owner": tourism_editor}.items():
        if user:
            client.force_login(user)
        allowed[name] = (client.options(ITEMS).headers["Allow"], client.options(url).headers["Allow"])
    assert allowed["stranger"] == allowed["colleague"] == ("GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS")
    assert allowed["owner"] == ("GET, HEAD, OPTIONS, POST", "GET, HEAD, OPTIONS, PUT, PATCH, DELETE")
    patchable = client.options(url).headers["Accept-Patch"]
    assert patchable == "application/merge-patch+json, application/geo+json"


def test_a_method_that_is_not_offered_names_those_that_are(client, url):
    response = client.generic("PROPFIND", url)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_stranger_is_asked_to_sign_in(client, url):
    response = send(client, "PUT", url, feature(), **{"If-Match": '"1"'})
    assert response.status_code == 401
    assert {"Bearer", "Basic"} <= set(response.headers["WWW-Authenticate"].split())


def test_a_private_property_is_written_and_never_read(desk, city_of_jelgava):
    made = create_feature(
        catalog.layer("tourism"),
        properties={"name_lv": "x", "status": "published"},
        geometry=Point(23.7, 56.6),
        actor="user:1",
    )
    shown = desk.get(f"{ITEMS}/{made.id}").json()["properties"]
    assert not {p.name for p in catalog.layer("tourism").properties if p.private} & shown.keys()
