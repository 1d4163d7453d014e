"""The catalogue through pygeoapi: what is declared is there, for whom it is meant, and without a restart."""

import pytest
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature
from layers.catalog import Access, PropertyType
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer, remove_layer

pytestmark = pytest.mark.django_db


@pytest.fixture
def trees(city_of_jelgava):
    layer = CustomLayer(id="trees", title_en="Trees", geometry_type="Point", label="species")
    return create_layer(layer, [Column("species", PropertyType.STRING)], actor="user:1")


def collections(client):
    return {c["id"]: c for c in client.get("/ogc/collections", {"f": "json"}).json()["collections"]}


def test_every_public_layer_is_a_collection_and_no_other(client, city_of_jelgava):
    public = {spec.id for spec in catalog.declared() if spec.access is Access.PUBLIC}
    assert set(collections(client)) == public


def test_a_collection_says_how_the_map_draws_it_and_where_it_lies(client, castle):
    tourism = collections(client)["tourism"]
    assert tourism["x-city-map"]["color"] == "#c2410c"
    [box] = tourism["extent"]["spatial"]["bbox"]
    assert box == pytest.approx([23.7344, 56.6556, 23.7344, 56.6556], abs=1e-4)


def test_a_layer_added_at_run_time_is_a_collection_at_once(client, trees):
    create_feature(trees, properties={"species": "Tilia cordata"}, geometry=Point(23.7, 56.6), actor="user:1")
    assert "trees" in collections(client)
    items = client.get("/ogc/collections/trees/items", {"q": "tilia"}).json()
    assert items["features"][0]["properties"] == {"species": "Tilia cordata"}
    assert client.get("/ogc/collections/trees/queryables").json()["properties"]["species"]["type"] == "string"


def test_a_removed_layer_is_gone_and_its_name_can_be_used_again(client, trees):
    create_feature(trees, properties={"species": "Acer"}, geometry=Point(23.7, 56.6), actor="user:1")
    remove_layer(CustomLayer.objects.get(id="trees"), actor="user:1")
    assert client.get("/ogc/collections/trees").status_code == 404
    again = create_layer(
        CustomLayer(id="trees", geometry_type="Point"), [Column("height", PropertyType.NUMBER)], actor="user:1"
    )
    stored = create_feature(again, properties={"height": 12.5}, geometry=Point(23.7, 56.6), actor="user:1")
    items = client.get("/ogc/collections/trees/items").json()["features"]
    assert [(f["id"], f["properties"]) for f in items] == [(stored.id, {"height": 12.5})]


def test_an_attribute_may_be_called_anything(client, city_of_jelgava):
    names = ["D.O.[%]", 'say "x"', "status", "%s", "naïve {}"]
    layer = CustomLayer(id="rivers", geometry_type="Point")
    spec = create_layer(layer, [Column(name, PropertyType.STRING) for name in names], actor="user:1")
    stored = create_feature(spec, properties=dict.fromkeys(names, "1"), geometry=Point(23.7, 56.6), actor="user:1")
    expected = dict.fromkeys(names, "1")
    assert client.get("/ogc/collections/rivers/items").json()["features"][0]["properties"] == expected
    assert client.get(f"/ogc/collections/rivers/items/{stored.id}").json()["properties"] == expected
    assert len(client.get("/ogc/collections/rivers/items", {"D.O.[%]": "1", "status": "1"}).json()["features"]) == 1


def test_queryables_leave_private_properties_out(client, city_of_jelgava):
    properties = client.get("/ogc/collections/merchants/queryables").json()["properties"]
    assert "category" in properties
    assert not {"bank_account", "registration_number", "status"} & set(properties)


def test_every_link_of_the_landing_page_leads_somewhere(client, city_of_jelgava):
    for link in client.get("/ogc/", {"f": "json"}).json()["links"]:
        if link["href"].startswith("http://testserver"):
            assert client.get(link["href"].removeprefix("http://testserver"), follow=True).status_code == 200, link


def test_what_is_met_in_part_is_not_declared(client, city_of_jelgava):
    classes = client.get("/ogc/conformance", {"f": "json"}).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert not [name for name in classes if name.endswith("/callback")]


@pytest.mark.parametrize("layer", ["", "/tourism"])
def test_collections_speak_json_ld(client, castle, layer):
    response = client.get(f"/ogc/collections{layer}", {"f": "jsonld"})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/ld+json")


@pytest.mark.parametrize("url", ["/ogc/", "/ogc/conformance", "/ogc/collections", "/ogc/collections/tourism"])
def test_an_unknown_parameter_is_refused_everywhere(client, url, city_of_jelgava):
    response = client.get(url, {"f": "json", "nonsense": "1"})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-parameter")
