"""The open data pages for people, and layers as files."""

import csv
import io
import json
import re

import pytest
from django.utils.translation import override
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature, update_feature
from layers.catalog import Access
from layers.tourism.models import TourismObject
from tests.people import a_place

pytestmark = pytest.mark.django_db
HTML = {  # as a browser sends it
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
}
PAGES = [
    "/ogc/",
    "/ogc/conformance",
    "/ogc/openapi",
    "/ogc/collections",
    "/ogc/collections/tourism",
    "/ogc/collections/tourism/items",
]


@pytest.mark.parametrize("url", PAGES)
def test_a_browser_gets_a_page_that_loads_nothing_from_elsewhere(client, castle, url):
    response = client.get(url, headers=HTML)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    page = response.content.decode()
    loaded = re.findall(r'<(?:script|img)[^>]*\ssrc="([^"]+)"|<link[^>]*\shref="([^"]+)"', page)
    assert loaded
    assert [a or b for a, b in loaded if not (a or b).startswith(("/", "?"))] == []
    assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/json\"))", page)  # the policy allows none inline
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)


@pytest.mark.parametrize("url", PAGES)
def test_a_program_gets_json_from_the_same_address(client, castle, url):
    for answer in (client.get(url), client.get(url, {"f": "json"}), client.get(url, headers={"Accept": "*/*"})):
        assert "json" in answer["Content-Type"]
        json.loads(answer.content)


@pytest.mark.parametrize(("language", "word"), [("lv", "Tūrisms"), ("lt", "Turizmas"), ("en", "Tourism")])
def test_the_language_can_be_asked_for(client, castle, language, word):
    with override("en"):
        page = client.get("/ogc/collections", {"f": "html", "lang": language}).content.decode()
    assert word in page
    assert f'<html lang="{language}">' in page


def test_a_collection_page_explains_every_public_property_and_no_private_one(client, city_of_jelgava):
    page = client.get("/ogc/collections/merchants", headers=HTML).content.decode()
    spec = catalog.layer("merchants")
    for prop in spec.public_properties:
        assert f"<code>{prop.name}</code>" in page
    assert "bank_account" not in page


def test_items_are_a_table_with_pages(client, castle, church):
    first = client.get("/ogc/collections/tourism/items", {"f": "html", "limit": 1}, headers=HTML).content.decode()
    assert "Jelgava Palace" in first
    assert "1 of 2 features" in first
    following = re.search(r'rel="next" href="([^"]+)"', first).group(1).replace("&amp;", "&")
    second = client.get(f"/ogc/collections/tourism/items{following}", headers=HTML).content.decode()
    assert "St Anne &amp; co" in second
    assert "Castle or manor" not in second.partition("<table")[2].partition("</table>")[0]
    assert 'rel="prev"' in second


def test_a_text_of_a_feature_never_becomes_markup(client, city_of_jelgava, castle):
    # Cleaning refuses HTML; what came by another way is still only text.
    evil = "</script><script>alert(1)</script>"
    from_sql(castle.id, evil)
    for url in ("/ogc/collections/tourism/items", f"/ogc/collections/tourism/items/{castle.id}"):
        assert "<script>alert" not in client.get(url, headers=HTML).content.decode()


def from_sql(feature_id, name):
    TourismObject.objects.filter(pk=feature_id).update(name_en=name, name_lv=name)


def test_an_item_says_what_it_is(client, castle):
    page = client.get(f"/ogc/collections/tourism/items/{castle.id}", headers=HTML).content.decode()
    assert "Castle or manor" in page
    assert "23.734400, 56.655600" in page
    assert f'href="/places/tourism/{castle.id}/"' in page


@pytest.mark.parametrize(
    ("url", "status", "sentence"),
    [
        ("/ogc/collections/nope", 404, "No layer is called"),
        ("/ogc/collections/tourism/items/999999", 404, "There is no such feature."),
        ("/ogc/collections/tourism/items?limit=0", 400, "limit must be a whole number"),
        ("/ogc/collections?nonsense=1", 400, "Unknown parameter: nonsense."),
    ],
)
def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(client, castle, url, status, sentence):
    page = client.get(url, headers=HTML)
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (status, "text/html")
    assert sentence in page.content.decode()
    problem = client.get(url, headers={"Accept": "application/json"})
    assert (problem.status_code, problem["Content-Type"]) == (status, "application/problem+json")


def test_an_unknown_format_is_refused(client, city_of_jelgava):
    assert client.get("/ogc/collections", {"f": "xml"}).status_code == 400


def test_a_layer_of_staff_stays_hidden_from_strangers(client, city_of_jelgava, clerk):
    assert catalog.layer("beacons").access is Access.STAFF
    for url in ("/ogc/collections/beacons", "/ogc/collections/beacons/download/beacons.csv"):
        assert client.get(url, headers=HTML).status_code == 404
    assert "beacons" not in client.get("/ogc/collections", headers=HTML).content.decode()
    client.force_login(clerk)
    assert client.get("/ogc/collections/beacons", headers=HTML).status_code == 200


def test_a_layer_is_downloaded_without_its_drafts(client, castle, church):
    update_feature(catalog.layer("tourism"), church.id, properties={"status": "draft"}, version=1, actor="user:1")
    url = "/ogc/collections/tourism/download/tourism"
    text = b"".join(client.get(f"{url}.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name_en"] for row in rows] == ["Jelgava Palace"]
    document = json.loads(b"".join(client.get(f"{url}.geojson").streaming_content))
    assert [feature["id"] for feature in document["features"]] == [castle.id]
    package = client.get(f"{url}.gpkg")
    assert b"".join(package.streaming_content).startswith(b"SQLite format 3\x00")
    assert package["Content-Disposition"] == 'attachment; filename="tourism.gpkg"'
    assert b"".join(client.get(f"{url}.fgb").streaming_content).startswith(b"fgb")
    assert client.get(f"{url}.xls").status_code == 404
    assert client.get("/ogc/collections/tourism/download/other.csv").status_code == 404


def test_a_page_of_an_empty_layer_stands(client, city_of_jelgava):
    for url in ("/ogc/collections/events", "/ogc/collections/events/items"):
        assert client.get(url, headers=HTML).status_code == 200


def test_a_beacon_without_a_name_has_its_layers_name(client, city_of_jelgava, clerk):
    place = a_place()
    stored = create_feature(
        catalog.layer("beacons"),
        properties={"place_id": place.pk, "technology": "qr"},
        geometry=Point(23.72, 56.65),
        actor="user:1",
    )
    client.force_login(clerk)
    page = client.get(f"/ogc/collections/beacons/items/{stored.id}", headers=HTML).content.decode()
    assert f"Beacons and labels #{stored.id}" in page
