"""OGC API Records: what a record says, and how records are found (requirements of 20-004r1 by their names)."""

import json
from datetime import datetime

import pytest
from django.urls import resolve
from people import a_user
from shapely import Point

from gis_platform.identity.roles import Role
from layers import catalog
from layers.base.editing import create_feature
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer
from ogc_api.records.record import utc
from ogc_api.records.vocabularies import FREQUENCIES, LICENCES, THEMES

pytestmark = pytest.mark.django_db

ROOT = "/ogc/records"
CATALOGUE = f"{ROOT}/collections/city"
GEOJSON = "application/geo+json"


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def search(client, city_of_jelgava):
    def search(**query):
        response = client.get(f"{CATALOGUE}/items", {name.replace("_", "-"): value for name, value in query.items()})
        assert response.status_code == 200, response.content
        assert response["Content-Type"] == GEOJSON
        return response.json()

    return search


@pytest.fixture
def found(search):
    def found(**query):
        return [record["id"] for record in search(**query)["features"]]

    return found


@pytest.fixture
def concert(city_of_jelgava):
    return create_feature(
        catalog.layer("events"),
        properties={
            "name_lv": "Koncerts",
            "starts_at": "2026-06-20T16:00:00Z",
            "ends_at": "2026-06-20T20:00:00Z",
        },
        geometry=Point(23.70, 56.65),
        actor="user:1",
    )


def test_there_is_a_record_for_every_layer_that_the_caller_may_read(client, found, city_of_jelgava):
    public = {spec.id for spec in catalog.layers() if spec.access == "public"}
    assert set(found()) == public
    client.force_login(a_user(Role.PLANNER))
    assert set(found()) == public | {"beacons"}


def test_a_hidden_record_is_not_there(client, city_of_jelgava):
    assert client.get(f"{CATALOGUE}/items/beacons").status_code == 404


def test_a_record_has_what_the_standard_demands(client, castle):
    response = client.get(f"{CATALOGUE}/items/tourism")
    assert response["Content-Type"] == GEOJSON
    record = response.json()
    # recordGeoJSON.yaml: required members; tables 8 and 9: mandatory properties.
    assert {"id", "type", "geometry", "properties", "time", "links"} <= set(record)
    assert {"type", "title"} <= set(record["properties"])
    links = {link["rel"]: link for link in record["links"]}
    for rel in ("self", "alternate", "collection", "profile", "license"):
        assert links[rel]["type"], rel
    assert links["self"]["href"] == "http://testserver" + f"{CATALOGUE}/items/tourism"
    assert sum(link["rel"] == "collection" for link in record["links"]) == 1  # /req/record-core/links B
    assert record["properties"]["license"] == "CC-BY-4.0"


def test_a_record_says_where_and_when_its_features_are_and_when_they_changed(client, castle, concert):
    record = client.get(f"{CATALOGUE}/items/events").json()
    assert record["bbox"] == [23.70, 56.65, 23.70, 56.65]
    assert record["time"] == {"interval": ["2026-06-20T16:00:00Z", "2026-06-20T20:00:00Z"]}
    changed = catalog.layer("events")
    assert changed.frequency == "DAILY"
    assert record["properties"]["accrualPeriodicity"].endswith("/frequency/DAILY")
    assert record["properties"]["created"] <= record["properties"]["updated"]
    tourism = client.get(f"{CATALOGUE}/items/tourism").json()
    assert tourism["time"] is None
    assert tourism["properties"]["features"] == 1


def test_a_change_is_seen_in_the_record(client, castle):
    before = client.get(f"{CATALOGUE}/items/tourism").json()
    create_feature(
        catalog.layer("tourism"), properties={"name_lv": "Tornis"}, geometry=Point(23.75, 56.66), actor="user:1"
    )
    after = client.get(f"{CATALOGUE}/items/tourism").json()
    assert before["properties"]["features"] + 1 == after["properties"]["features"]
    assert after["bbox"] == [23.7344, 56.6556, 23.75, 56.66]


def test_an_empty_layer_lies_nowhere(client, city_of_jelgava):
    record = client.get(f"{CATALOGUE}/items/tourism").json()
    assert record["geometry"] is None
    assert "bbox" not in record


def test_a_record_speaks_the_language_that_is_asked_for(client, city_of_jelgava):
    record = client.get(f"{CATALOGUE}/items/streets", {"lang": "lv"}).json()
    assert record["properties"]["title"] == "Ielas"
    assert record["properties"]["language"] == {"code": "lv", "name": "Latviešu"}
    assert {entry["code"] for entry in record["properties"]["languages"]} == {"lv", "lt", "en"}
    assert {link["hreflang"] for link in record["links"] if "hreflang" in link} == {"lv", "lt", "en"}


def test_every_link_of_a_record_leads_somewhere(client, castle):
    for link in client.get(f"{CATALOGUE}/items/tourism").json()["links"]:
        path = link["href"].removeprefix("http://testserver")
        if link["rel"] in ("enclosure", "items"):  # files and features are read by a connection of their own
            assert resolve(path).kwargs["layer_id"] == "tourism"
        elif path.startswith("/"):
            assert client.get(path).status_code == 200, link


def test_a_licence_without_an_identifier_is_other_and_linked(client, city_of_jelgava):
    layer = CustomLayer(id="trees", title_en="Trees", geometry_type="Point", licence="https://example.org/terms")
    create_layer(layer, [Column("species", catalog.PropertyType.STRING)], actor="user:1")
    record = client.get(f"{CATALOGUE}/items/trees").json()
    assert record["properties"]["license"] == "other"
    assert [link["href"] for link in record["links"] if link["rel"] == "license"] == ["https://example.org/terms"]


def test_declared_layers_use_the_words_of_the_vocabularies():
    for spec in catalog.declared():
        assert spec.theme in THEMES, spec.id
        assert spec.frequency in FREQUENCIES, spec.id
        assert spec.licence in LICENCES, spec.id


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("libraries", ["places"]),
        ("LIBRARIES", ["places"]),
        ("iela", ["streets"]),  # a Latvian word, whatever language is active
        ("tūrisms", ["tourism"]),
        ("turisms", ["tourism"]),
        ("sights museums", []),  # both in this order, with nothing but white space between
        ("sights,libraries", ["places", "tourism"]),  # either
        ("no such word", []),
    ],
)
def test_q_finds_words_of_every_language(found, q, expected):
    assert found(q=q, sortby="id") == expected


def test_q_takes_white_space_between_words_as_it_comes(found):
    assert found(q="public    transport \t routes") == ["transit_routes"]


def test_a_box_finds_what_lies_there_and_what_lies_nowhere(found, castle, concert):
    there = found(bbox="23.73,56.65,23.74,56.66")
    assert "tourism" in there
    assert "events" not in there
    assert "streets" in there  # empty: it lies nowhere in particular


def test_a_time_finds_what_holds_then_and_what_has_no_time(found, castle, concert):
    assert "events" in found(datetime="2026-06-20")
    assert "events" in found(datetime="../2026-06-20T16:00:00Z")
    assert "events" not in found(datetime="2026-06-21/..")
    assert "tourism" in found(datetime="2026-06-21/..")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"ids": "streets,places,nothing"}, ["places", "streets"]),
        ({"ids": ""}, []),  # /req/record-core-query-parameters/ids-definition C
        ({"type": "dataset", "ids": "streets"}, ["streets"]),
        ({"type": "service"}, []),
        ({"externalIds": "http://localhost:8000/ogc/dcat/streets"}, ["streets"]),
        ({"externalIds": "dcat:http://localhost:8000/ogc/dcat/streets"}, ["streets"]),
        ({"externalIds": "doi:http://localhost:8000/ogc/dcat/streets"}, []),
        ({"theme": "TRAN", "q": "routes"}, ["transit_routes"]),
    ],
)
def test_records_are_found_by_what_identifies_them(client, query, expected, city_of_jelgava, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    records = client.get(f"{CATALOGUE}/items", query | {"sortby": "id"}).json()["features"]
    assert [record["id"] for record in records] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("theme = 'TRAN' AND title LIKE 'Street%'", ["streets"]),
        ("id IN ('places','events')", ["events", "places"]),
        ("features > 0", ["tourism"]),
        ("features BETWEEN 1 AND 2 AND NOT title IS NULL", ["tourism"]),
        ("CASEI(title) = CASEI('TOURISM')", ["tourism"]),
        ("S_INTERSECTS(geometry, POINT(23.7344 56.6556))", ["tourism"]),
        ("A_CONTAINS(keywords, ('parks'))", ["land_cover"]),
        ("updated > TIMESTAMP('2020-01-01T00:00:00Z') AND updated < TIMESTAMP('2021-01-01T00:00:00Z')", []),
    ],
)
def test_a_filter_is_cql2(found, castle, text, expected):
    assert found(filter=text, sortby="id") == expected


def test_a_filter_may_be_json_and_all_conditions_hold_together(found):
    json_filter = json.dumps({"op": "=", "args": [{"property": "theme"}, "TRAN"]})
    assert found(filter=json_filter, filter_lang="cql2-json", q="routes") == ["transit_routes"]


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "colour = 'red'"},
        {"filter": "pg_sleep(10) = 1"},
        {"filter": "title ="},
        {"filter": "title = 'a'", "filter-lang": "sql"},
        {"sortby": "colour"},
        {"bbox": "1,2,3"},
        {"datetime": "yesterday"},
        {"limit": "0"},
        {"ids": ",".join(map(str, range(200)))},
        {"theme": "CITY"},
        {"nonsense": "1"},
        {"f": "xml"},
    ],
)
def test_a_wrong_parameter_is_refused(client, query, city_of_jelgava):
    response = client.get(f"{CATALOGUE}/items", query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_media_type_that_is_not_offered_is_refused(client, city_of_jelgava):
    assert client.get(f"{CATALOGUE}/items", headers={"Accept": "image/png"}).status_code == 406


def test_records_are_sorted_by_title_or_as_asked(search, castle):
    titles = [record["properties"]["title"] for record in search()["features"]]
    assert titles == sorted(titles)
    assert search(sortby="-features")["features"][0]["id"] == "tourism"
    updated = [record["properties"].get("updated") for record in search(sortby="-updated")["features"]]
    assert updated[0] is not None  # what never changed comes last
    assert updated[-1] is None
    by_two = search(sortby="type,-id")["features"]
    assert [record["id"] for record in by_two] == sorted((record["id"] for record in by_two), reverse=True)


def test_pages_lead_to_each_other_and_end(client, search):
    whole = [record["id"] for record in search(sortby="id")["features"]]
    url, seen = f"{CATALOGUE}/items?sortby=id&limit=4", []
    while url:
        page = client.get(url).json()
        assert page["numberMatched"] == len(whole)
        assert page["numberReturned"] == len(page["features"]) <= 4
        seen += [record["id"] for record in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == whole


def test_the_catalogue_says_that_it_holds_records(client, castle):
    collections = client.get(f"{ROOT}/collections").json()["collections"]
    assert [entry["itemType"] for entry in collections] == ["record"]
    response = client.get(CATALOGUE)
    assert response["Content-Type"] == "application/ogc-catalog+json"
    catalogue = response.json()
    # catalog.yaml and /req/record-collection/*
    assert (catalogue["id"], catalogue["type"], catalogue["license"]) == ("city", "Collection", "CC-BY-4.0")
    assert {"self", "alternate", "items"} <= {link["rel"] for link in catalogue["links"]}
    assert catalogue["defaultSortOrder"] == [{"field": "title", "direction": "asc"}]


def test_what_is_declared_is_found_at_the_root(client, city_of_jelgava):
    """/req/searchable-catalog/conformance, -sorting and -filtering; each class has its tests above or below."""
    declared = set(client.get(f"{ROOT}/conformance").json()["conformsTo"])
    for name in ("searchable-catalog", "searchable-catalog-sorting", "searchable-catalog-filtering", "json", "html"):
        assert f"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/{name}" in declared
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in declared


def test_features_clients_see_no_records_among_their_collections(client, city_of_jelgava):
    ids = {entry["id"] for entry in client.get("/ogc/collections", {"f": "json"}).json()["collections"]}
    assert "city" not in ids


@pytest.mark.parametrize("resource", ["queryables", "sortables"])
def test_what_can_be_asked_for_is_a_schema(client, resource, city_of_jelgava):
    response = client.get(f"{CATALOGUE}/{resource}")
    assert response["Content-Type"] == "application/schema+json"
    schema = response.json()
    assert schema["$id"] == f"http://testserver{CATALOGUE}/{resource}"
    assert {"id", "type", "title"} <= set(schema["properties"])
    for name, described in schema["properties"].items():
        assert ("type" in described) != (name == "geometry")


def test_every_name_that_can_be_filtered_by_is_known_of_every_record(found, client, castle):
    names = client.get(f"{CATALOGUE}/queryables").json()["properties"]
    for name in names:
        assert isinstance(found(filter=f"{name} IS NULL"), list)


@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", "/collections/city"])
def test_the_root_links_to_what_it_has(client, path, city_of_jelgava):
    document = client.get(f"{ROOT}{path}").json()
    for link in document.get("links", []):
        if link["href"].startswith("http://testserver"):
            assert client.get(link["href"].removeprefix("http://testserver")).status_code == 200, link


def test_the_landing_page_of_the_window_leads_to_the_catalogue(client, city_of_jelgava):
    rels = {link["rel"]: link["href"] for link in client.get("/ogc/", {"f": "json"}).json()["links"]}
    assert rels["http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"].endswith(f"{CATALOGUE}/items")
    page = client.get(f"{CATALOGUE}/items", {"f": "html"}).content.decode()
    assert 'rel="http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"' in page  # /req/autodiscovery/links


@pytest.mark.parametrize(
    "path", ["/", "/conformance", "/collections", "/collections/city", "/collections/city/items/tourism"]
)
@pytest.mark.parametrize("language", ["lv", "lt", "en"])
def test_everything_is_a_page_too(client, castle, path, language):
    response = client.get(f"{ROOT}{path}", {"f": "html", "lang": language})
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("resource", ["queryables", "sortables"])
def test_schemas_are_pages_too(client, resource, city_of_jelgava):
    assert b"<h1>" in client.get(f"{CATALOGUE}/{resource}", {"f": "html"}).content


def test_the_search_page_says_when_nothing_fits(client, city_of_jelgava):
    page = client.get(f"{CATALOGUE}/items", {"f": "html", "q": "zzzz"}).content.decode()
    assert "No record fits." in page
    assert 'value="zzzz"' in page


def test_a_page_holds_every_link_of_its_document(client, castle):
    document = client.get(f"{CATALOGUE}/items/tourism").json()
    page = client.get(f"{CATALOGUE}/items/tourism", {"f": "html"}).content.decode().replace("&amp;", "&")
    for link in document["links"]:
        assert f'href="{link["href"]}"' in page, link


@pytest.mark.parametrize("path", ["/collections/other", "/collections/other/items", "/collections/city/items/nothing"])
def test_what_is_not_there_is_not_found(client, path, city_of_jelgava):
    response = client.get(f"{ROOT}{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_nothing_can_be_written(client, city_of_jelgava):
    assert client.post(f"{CATALOGUE}/items", {}, content_type="application/json").status_code == 405


def test_times_are_told_in_utc():
    assert utc(datetime.fromisoformat("2026-06-20T19:00:00.5+03:00")) == "2026-06-20T16:00:00Z"
    assert utc(None) is None
