"""An edit session of QGIS: the requests that its OAPIF provider sends, in their order and with their headers.

After src/providers/wfs/oapif of QGIS 3.28 to 3.44. QGIS names no version when it changes a feature. Its connection's
authentication of the kind “API header” sends headers of the user's own with every request: the key, and If-Match: *,
by which an editor says to take the feature as it is now.
"""

import base64
import json

import pytest
from django.core.cache import cache
from django.test import Client

from gis_platform.identity import services
from tests.ogc_api.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3059"
OFFICE = {"REMOTE_ADDR": "203.0.113.7"}
PALACE = [279081.513, 483716.639]  # northing, easting: QGIS turns the axes where the register does


@pytest.fixture(autouse=True)
def forget_passwords():
    cache.clear()


@pytest.fixture
def basic(tourism_editor):
    return "Basic " + base64.b64encode(f"{tourism_editor.username}:{PASSWORD}".encode()).decode()


@pytest.fixture
def bearer(tourism_editor):
    return "Bearer " + services.issue_api_key(tourism_editor, label="QGIS", scopes=["read", "write"])[1]


def session(authorization, **always):
    """Sends as QGIS does: over HTTPS, from an office, with the authentication in every request."""
    client = Client(enforce_csrf_checks=True)

    def send(method, url, body=None, media_type="", accept="*/*", **headers):
        return client.generic(
            method,
            url.removeprefix("https://testserver"),
            "" if body is None else json.dumps(body),
            content_type=media_type,
            secure=True,
            headers={"Authorization": authorization, "Accept": accept, **always, **headers},
            **OFFICE,
        )

    return send


@pytest.mark.parametrize("kind", ["basic", "bearer"])
def test_a_session_from_opening_the_layer_to_deleting_a_feature(kind, request, castle):
    qgis = session(request.getfixturevalue(kind), **{"If-Match": "*"})
    # The layer is opened.
    assert qgis("GET", "/ogc/", accept="application/json").status_code == 200
    assert qgis("GET", "/ogc/conformance", accept="application/json").status_code == 200
    collection = qgis("GET", "/ogc/collections/tourism", accept="application/json").json()
    assert CRS in collection["crs"]
    schema = next(entry["href"] for entry in collection["links"] if entry["rel"].endswith("/schema"))
    assert qgis("GET", schema, accept="application/schema+json").json()["properties"]["category"]["type"] == "string"
    first = qgis("GET", f"{ITEMS}?limit=10", accept="application/geo+json, application/json").json()
    assert [f["id"] for f in first["features"]] == [castle.id]
    # What may be edited.
    assert "POST" in qgis("OPTIONS", ITEMS).headers["Allow"]
    for number in (castle.id, "unknown_id"):
        allowed = qgis("OPTIONS", f"{ITEMS}/{number}").headers["Allow"].split(", ")
        assert {"PUT", "PATCH", "DELETE"} <= set(allowed)
    # The map is drawn.
    page = qgis("GET", f"{ITEMS}?limit=1000&crs={CRS}", accept="application/geo+json, application/json")
    assert page.headers["Content-Crs"] == f"<{CRS}>"
    assert page.json()["features"][0]["geometry"]["coordinates"] == pytest.approx(PALACE, abs=0.02)
    # A point is added.
    sent = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": PALACE},
        "properties": {"name_lv": "Tornis", "category": "viewpoint", "season": None},
    }
    created = qgis("POST", ITEMS, sent, "application/geo+json", **{"Content-Crs": CRS})
    assert created.status_code == 201
    address = created.headers["Location"]
    assert address[address.rindex("/items/") + len("/items/") :].isdigit()
    fresh = qgis("GET", f"{address}?crs={CRS}", accept="application/geo+json, application/json").json()
    assert fresh["geometry"]["coordinates"] == pytest.approx(PALACE, abs=0.02)
    # It is moved, its attributes are changed, it is deleted.
    patch = "application/merge-patch+json"
    moved = {"geometry": {"type": "Point", "coordinates": [PALACE[0] + 100, PALACE[1]]}}
    assert qgis("PATCH", address, moved, patch, **{"Content-Crs": CRS}).status_code == 200
    assert qgis("PATCH", address, {"properties": {"season": "May"}}, patch).status_code == 200
    after = qgis("GET", f"{address}?crs={CRS}").json()
    assert (after["properties"]["season"], after["properties"]["name_lv"]) == ("May", "Tornis")
    assert after["geometry"]["coordinates"][0] == pytest.approx(PALACE[0] + 100, abs=0.02)
    assert qgis("DELETE", address).status_code == 204
    assert qgis("GET", address).status_code == 404


def test_an_older_qgis_replaces_the_whole_feature(basic, castle):
    qgis = session(basic, **{"If-Match": "*"})
    whole = {
        "type": "Feature",
        "id": castle.id,
        "geometry": {"type": "Point", "coordinates": [23.73, 56.65]},
        "properties": {"name": "Jelgavas pils", "name_lv": "Pils", "category": "castle", "photos": None},
    }
    assert qgis("PUT", f"{ITEMS}/{castle.id}", whole, "application/geo+json").status_code == 200


def test_without_the_header_it_is_told_what_is_missing(basic, castle):
    response = session(basic)("PATCH", f"{ITEMS}/{castle.id}", {"properties": {}}, "application/merge-patch+json")
    assert (response.status_code, response.json()["code"]) == (428, "version-needed")


def test_a_password_over_plain_http_is_refused(basic, castle):
    response = Client().get(ITEMS, headers={"Authorization": basic}, **OFFICE)
    assert (response.status_code, response.json()["code"]) == (401, "encryption-required")


def test_a_key_that_may_only_read_does_not_write(tourism_editor, castle):
    key = services.issue_api_key(tourism_editor, label="QGIS", scopes=["read"])[1]
    qgis = session(f"Bearer {key}", **{"If-Match": "*"})
    assert qgis("GET", ITEMS).status_code == 200
    assert qgis("DELETE", f"{ITEMS}/{castle.id}").json()["code"] == "scope-missing"


def test_the_forged_request_of_another_page_is_refused_for_a_session(tourism_editor, castle):
    """A page elsewhere can make a browser send a form or plain text with the cookie, but not the token."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(tourism_editor)
    body = json.dumps({"type": "Feature", "geometry": {"type": "Point", "coordinates": [23.7, 56.6]}, "properties": {}})
    for media_type in ("text/plain", "application/geo+json", "application/x-www-form-urlencoded"):
        response = browser.post(ITEMS, body, content_type=media_type, headers={"Origin": "https://evil.example"})
        assert (response.status_code, response.json()["code"]) == (403, "csrf-refused")
    assert browser.delete(f"{ITEMS}/{castle.id}", headers={"If-Match": "*"}).json()["code"] == "csrf-refused"
