"""What comes back of a feature: selected properties, no geometry, names of any length."""

import pytest

from layers import catalog
from ogc_api.features import queries
from ogc_api.features.queryables import fields_of
from ogc_api.parameters import ItemsRequest

from .conftest import LONG

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/stones/items"


def properties(client, **query):
    return client.get(ITEMS, query).json()["features"][0]["properties"]


def test_it_answers_the_properties_asked_for(client, stored):
    stored({"name": "a", "amount": 1})
    assert properties(client, properties="amount,name") == {"name": "a", "amount": 1}
    assert properties(client, properties="") == {}
    left = properties(client, **{"exclude-properties": "name,height"})
    assert "name" not in left
    assert "height" not in left
    assert left["amount"] == 1


@pytest.mark.parametrize("name", ["properties", "exclude-properties"])
def test_a_property_that_is_not_there_is_refused(client, stored, name):
    assert client.get(ITEMS, {name: "name,colour"}).status_code == 400


def test_geometries_can_be_left_out(client, stored):
    stored({"name": "a"})
    feature = client.get(ITEMS, {"skipGeometry": "true"}).json()["features"][0]
    assert feature["geometry"] is None
    assert client.get(ITEMS, {"skipGeometry": "maybe"}).status_code == 400


def test_names_longer_than_postgresql_s_own_come_out_whole(client, stored):
    [key] = stored({"name": "a", LONG: "long", "100%": 7, "tags": '["x"]', "more": '{"a": [1, {"b": null}]}'})
    assert len(LONG.encode()) > 63
    for found in (properties(client), client.get(f"{ITEMS}/{key}").json()["properties"]):
        assert found[LONG] == "long"
        assert found["100%"] == 7
        assert (found["tags"], found["more"]) == (["x"], {"a": [1, {"b": None}]})
    assert client.get(ITEMS, {LONG: "long"}).json()["numberMatched"] == 1
    assert client.get(ITEMS, {LONG: "other"}).json()["numberMatched"] == 0
    assert properties(client, sortby="100%", properties="100%") == {"100%": 7}


@pytest.mark.parametrize(
    "query",
    [
        {"properties": "bank_account"},
        {"sortby": "bank_account"},
        {"bank_account": "LV80"},
        {"filter": "bank_account LIKE 'LV%'"},
        {"filter": "status = 'published'"},
        {"sortby": "status"},
    ],
)
def test_what_is_private_cannot_be_selected_filtered_or_sorted_by(client, city_of_jelgava, query):
    response = client.get("/ogc/collections/merchants/items", query)
    assert response.status_code == 400
    assert "published" not in str(response.json().get("sortables", ""))


def test_rows_for_files_are_those_of_the_page(stones, stored):
    known = stored({"name": "b", "amount": 2}, {"name": "a", "amount": 1}, {"name": "c", "amount": 3})
    wanted = ItemsRequest(limit=2, offset=1, properties=("amount",))
    statement, values = queries.select(stones, wanted)
    rows = queries.read_published(statement.as_string(), values)
    assert [(row[0], row[1], row[3]) for row in rows] == [(known[1], 1, 1), (known[2], 1, 3)]


def test_private_properties_are_no_queryables(city_of_jelgava):
    assert not {"bank_account", "status"} & set(fields_of(catalog.layer("merchants")))
