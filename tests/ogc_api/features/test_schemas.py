"""Schemas (OGC API Features Part 5) and queryables (Part 3), told by the declaration."""

import pytest
from jsonschema import Draft202012Validator

pytestmark = pytest.mark.django_db
STONES = "/ogc/collections/stones"


@pytest.mark.parametrize("resource", ["queryables", "sortables", "schema"])
def test_each_is_a_schema_of_its_own_address(client, castle, stones, resource):
    for layer in ("tourism", "stones"):
        response = client.get(f"/ogc/collections/{layer}/{resource}")
        assert response["Content-Type"] == "application/schema+json"
        document = response.json()
        Draft202012Validator.check_schema(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["$id"] == f"http://testserver/ogc/collections/{layer}/{resource}"
        assert document["type"] == "object"
        assert document["properties"]["id"]["x-ogc-role"] == "id"


def test_a_feature_fits_the_schema_of_what_comes_back(client, castle):
    document = client.get("/ogc/collections/tourism/schema").json()
    feature = client.get(f"/ogc/collections/tourism/items/{castle.id}").json()
    assert set(document["properties"]) == set(feature["properties"]) | {"id", "geometry"}
    assert document["properties"]["geometry"] == {"format": "geometry-any", "x-ogc-role": "primary-geometry"}
    assert document["properties"]["valid_from"]["x-ogc-role"] == "primary-interval-start"
    for name, described in document["properties"].items():
        value = feature["properties"].get(name)
        if value not in (None, ""):
            Draft202012Validator(described).validate(value)


def test_what_cannot_be_sent_is_read_only_and_codes_are_listed(client, castle):
    properties = client.get("/ogc/collections/tourism/schema", {"lang": "en"}).json()["properties"]
    assert properties["name"]["readOnly"] is True
    assert "readOnly" not in properties["name_lv"]
    assert {"const": "castle", "title": "Castle or manor"} in properties["category"]["oneOf"]


@pytest.mark.parametrize(("language", "word"), [("lv", "Pils"), ("lt", "Pilis")])
def test_titles_come_in_the_language_asked_for(client, castle, language, word):
    choices = client.get("/ogc/collections/tourism/schema", {"lang": language}).json()["properties"]["category"][
        "oneOf"
    ]
    assert any(choice["title"].startswith(word) for choice in choices)


def test_everything_queryable_can_be_asked_and_nothing_else(client, stored):
    stored({"name": "a", "amount": 1, "tags": '["x"]'})
    document = client.get(f"{STONES}/queryables").json()
    assert document["additionalProperties"] is False
    assert "more" not in document["properties"]
    for name, described in document["properties"].items():
        answer = client.get(f"{STONES}/items", {"filter": f'"{name}" IS NULL'})
        assert answer.status_code == 200, answer.content
        if described.get("type") in ("string", "integer", "number", "boolean") and name != "id":
            value = {"string": "2025-01-01T00:00:00Z" if described.get("format") == "date-time" else "2025-01-01"}.get(
                described["type"], "true" if described["type"] == "boolean" else "1"
            )
            assert client.get(f"{STONES}/items", {name: value}).status_code == 200, name


def test_everything_sortable_sorts(client, stored):
    stored({"name": "a"}, {"name": "b"})
    for name in client.get(f"{STONES}/sortables").json()["properties"]:
        assert client.get(f"{STONES}/items", {"sortby": f"-{name}"}).status_code == 200


@pytest.mark.parametrize("resource", ["queryables", "sortables", "schema"])
def test_private_properties_are_in_none(client, city_of_jelgava, resource):
    text = client.get(f"/ogc/collections/merchants/{resource}").content
    assert b"bank_account" not in text
    assert b'"status"' not in text


@pytest.mark.parametrize("query", [{"f": "xml"}, {"x": "1"}])
def test_unknown_parameters_are_refused(client, stones, query):
    assert client.get(f"{STONES}/queryables", query).status_code == 400


def test_a_collection_leads_to_all_three(client, castle):
    links = client.get("/ogc/collections/tourism", {"f": "json"}).json()["links"]
    rels = {entry["rel"].rsplit("/", 1)[-1] for entry in links}
    assert {"queryables", "sortables", "schema", "items"} <= rels
