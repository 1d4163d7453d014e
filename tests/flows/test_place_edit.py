"""Journey 4: the tourism centre changes a place over OGC API, and the resident's next load shows it."""

import json

import pytest
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature
from layers.base.models import Change, LayerRevision
from tests.people import a_user

pytestmark = pytest.mark.django_db
REASON = "Winter hours, told by phone"
TILE = "/ogc/collections/tourism/tiles/WebMercatorQuad/14/5048/9272"  # the tile around 23.7344, 56.6556


@pytest.fixture
def editor(db):
    return a_user("tourism_editor", username="guide")


@pytest.fixture
def palace(city_of_jelgava):
    return create_feature(
        catalog.layer("tourism"),
        properties={"name_lv": "Jelgavas pils", "name_en": "Jelgava Palace", "category": "castle"},
        geometry=Point(23.7344, 56.6556),
        actor="system:test",
    )


def as_geojson(**properties):
    return json.dumps(
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [23.7344, 56.6556]},
            "properties": {"name_lv": "Jelgavas pils", "name_en": "Mitava Palace", "category": "castle"} | properties,
        }
    )


def revision() -> int:
    return LayerRevision.objects.get(layer="tourism").revision


def test_an_edit_with_if_match_is_on_the_map_at_the_next_load(client, editor, palace):
    url = f"/ogc/collections/tourism/items/{palace.id}"
    page_url = f"/places/tourism/{palace.id}/"
    read = client.get(url)
    tile, rev = client.get(TILE), revision()
    assert b"Jelgava Palace" in tile.content
    assert "Mitava" not in client.get(page_url, headers={"Accept-Language": "en"}).content.decode()

    client.force_login(editor)
    send = {"content_type": "application/geo+json", "headers": {"If-Match": read["ETag"], "X-Change-Reason": REASON}}
    written = client.put(url, as_geojson(opening_hours="Mo-Su 10:00-16:00"), **send)
    assert written.status_code == 200
    client.logout()

    # What the next reader gets: the feature, its tile and its page, each under a new tag.
    again = client.get(url, headers={"If-None-Match": read["ETag"]})
    assert (again.status_code, again["ETag"]) == (200, written["ETag"])
    assert again["ETag"] != read["ETag"]
    assert again.json()["properties"]["name_en"] == "Mitava Palace"
    fresh = client.get(TILE, headers={"If-None-Match": tile["ETag"]})
    assert fresh.status_code == 200
    assert fresh["ETag"] != tile["ETag"]
    assert b"Mitava Palace" in fresh.content
    assert b"Jelgava Palace" not in fresh.content
    page = client.get(page_url, headers={"Accept-Language": "en"}).content.decode()
    assert "Mitava Palace" in page
    assert "Mo-Su 10:00-16:00" in page
    assert revision() == rev + 1

    # And what is kept of it: who, when and why, with the state before.
    before, after = Change.objects.filter(layer="tourism", feature_id=palace.id).order_by("version")
    assert (after.actor, after.reason, after.operation) == (editor.actor, REASON, "update")
    assert after.at >= before.at
    assert (before.state["name_en"], after.state["name_en"]) == ("Jelgava Palace", "Mitava Palace")


def test_a_stale_edit_is_refused_and_changes_nothing(client, editor, palace):
    url = f"/ogc/collections/tourism/items/{palace.id}"
    etag = client.get(url)["ETag"]
    client.force_login(editor)
    first = client.put(url, as_geojson(), content_type="application/geo+json", headers={"If-Match": etag})
    rev = revision()
    late = client.put(
        url, as_geojson(name_en="Too late"), content_type="application/geo+json", headers={"If-Match": etag}
    )
    assert (first.status_code, late.status_code) == (200, 412)
    assert late.json()["current_version"] == 2
    assert client.get(url).json()["properties"]["name_en"] == "Mitava Palace"
    assert revision() == rev
    assert Change.objects.filter(layer="tourism", feature_id=palace.id).count() == 2


def test_an_edit_without_a_version_or_by_a_stranger_is_refused(client, editor, palace):
    url = f"/ogc/collections/tourism/items/{palace.id}"
    send = {"content_type": "application/geo+json"}
    assert client.put(url, as_geojson(), headers={"If-Match": '"1"'}, **send).status_code == 401
    client.force_login(a_user("clerk", username="colleague"))
    assert client.put(url, as_geojson(), headers={"If-Match": '"1"'}, **send).status_code == 403
    client.force_login(editor)
    assert client.put(url, as_geojson(), **send).status_code == 428
    assert client.get(url).json()["properties"]["name_en"] == "Jelgava Palace"


def test_the_editors_page_shows_the_change_that_came_over_ogc_api(client, editor, palace):
    client.force_login(editor)
    client.put(
        f"/ogc/collections/tourism/items/{palace.id}",
        as_geojson(),
        content_type="application/geo+json",
        headers={"If-Match": '"1"', "X-Change-Reason": REASON},
    )
    page = client.get(f"/editor/tourism/{palace.id}/history/", headers={"Accept-Language": "en"}).content.decode()
    assert REASON in page
    assert "<del>Jelgava</del>" in page
    assert "<ins>Mitava</ins>" in page
