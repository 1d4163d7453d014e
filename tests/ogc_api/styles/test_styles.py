"""Styles over OGC API: read by everybody, written by planners, and never a door to elsewhere."""

import json

import pytest
from shapely import Point

from gis_platform.identity.roles import Role
from layers import catalog
from layers.base.editing import create_feature
from layers.styles.models import SavedStyle, StyleVersion
from layers.styles.services import Wanted, choose_default, create_style, undo_style
from tests.ogc_api.conftest import person

pytestmark = pytest.mark.django_db
STYLESHEET = "application/vnd.mapbox.style+json"
CIRCLE = {"id": "dots", "type": "circle", "source": "tourism", "source-layer": "tourism", "paint": {"circle-radius": 4}}


def style(*layers, **members):
    return {"version": 8, "name": "Vakara karte", "sources": {}, "layers": list(layers)} | members


@pytest.fixture
def planner(client, city_of_jelgava):
    client.force_login(person("planner", Role.PLANNER))
    return client


def post(client, document):
    body = document if isinstance(document, (str, bytes)) else json.dumps(document)
    return client.post("/ogc/styles", body, content_type=STYLESHEET)


def put(client, url, document, **headers):
    return client.put(url, json.dumps(document), content_type=STYLESHEET, headers=headers)


def path_of(response):
    return response.headers["Location"].removeprefix("http://testserver")


def test_every_readable_layer_has_a_style_of_its_own(client, castle):
    document = client.get("/ogc/styles").json()
    names = {entry["id"] for entry in document["styles"]}
    assert {"tourism", "streets", "land_cover"} <= names
    assert "beacons" not in names
    (entry,) = (entry for entry in document["styles"] if entry["id"] == "tourism")
    assert [link["rel"] for link in entry["links"]] == ["stylesheet", "describedby"]
    about = client.get(entry["links"][1]["href"]).json()
    assert about["stylesheets"][0]["link"]["href"] == entry["links"][0]["href"]


def test_a_style_works_as_it_is(client, castle):
    response = client.get("/ogc/styles/tourism")
    assert response.headers["Content-Type"] == STYLESHEET
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    document = response.json()
    (source,) = document["sources"].values()
    assert source["tiles"] == ["http://testserver/ogc/collections/tourism/tiles/WebMercatorQuad/{z}/{y}/{x}"]
    assert {layer["source"] for layer in document["layers"]} == set(document["sources"])
    assert all(face["url"].startswith("http://testserver/static/") for face in document["font-faces"]["City Regular"])
    assert "sprite" not in document
    assert "glyphs" not in document


@pytest.mark.parametrize("layer", ["tourism", "streets", "land_cover", "places", "boundaries"])
def test_what_we_draw_ourselves_passes_our_own_check(client, castle, planner, layer):
    document = client.get(f"/ogc/styles/{layer}?f=mapbox").json()
    assert post(planner, document).status_code == 201


def test_a_planner_adds_replaces_and_removes_a_style_and_every_version_stays(planner):
    created = post(planner, style(CIRCLE))
    assert created.status_code == 201
    url = path_of(created)
    assert planner.get(url).headers["ETag"] == created.headers["ETag"] == '"1"'
    assert planner.get(url).json()["name"] == "Vakara karte"

    line = {"id": "lines", "type": "line"}
    replaced = put(planner, url, style(line), **{"If-Match": '"1"'})
    assert (replaced.status_code, replaced.headers["ETag"]) == (204, '"2"')
    drawn = planner.get(url).json()["layers"]
    assert drawn == [line | {"source": "tourism", "source-layer": "tourism"}]

    assert planner.delete(url, headers={"If-Match": '"2"'}).status_code == 204
    assert planner.get(url).status_code == 404
    operations = StyleVersion.objects.order_by("version").values_list("version", "operation")
    assert list(operations) == [(1, "create"), (2, "update"), (3, "delete")]


def test_of_two_planners_the_second_is_told(planner):
    url = path_of(post(planner, style(CIRCLE)))
    put(planner, url, style(CIRCLE, name="Mine"), **{"If-Match": '"1"'})
    late = put(planner, url, style(CIRCLE, name="Theirs"), **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"], late.json()["current_version"]) == (412, "stale-version", 2)
    assert put(planner, url, style(CIRCLE)).status_code == 428
    assert planner.get(url).json()["name"] == "Mine"


def test_who_may_write(client, city_of_jelgava):
    assert post(client, style(CIRCLE)).status_code == 401
    client.force_login(person("clerk", Role.CLERK))
    refused = post(client, style(CIRCLE))
    assert (refused.status_code, refused.json()["code"]) == (403, "role-missing")
    assert client.options("/ogc/styles").headers["Allow"] == "GET, HEAD, OPTIONS"
    client.force_login(person("planner", Role.PLANNER))
    assert client.options("/ogc/styles").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_layers_own_style_is_not_replaced(planner):
    refused = put(planner, "/ogc/styles/tourism", style(CIRCLE), **{"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (403, "own-style")


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ("{", "not JSON"),
        ("[" * 5000, "not JSON"),
        ([], "version 8"),
        (style(CIRCLE, version=7), "version 8"),
        (style(), "draws nothing"),
        (style(CIRCLE, sprite="https://elsewhere.example/sprite"), "sprite"),
        (style(CIRCLE, glyphs="https://elsewhere.example/{fontstack}/{range}.pbf"), "glyphs"),
        (
            style(CIRCLE, sources={"x": {"type": "vector", "url": "https://a.example/t.json"}}),
            "not one of ours",
        ),
        (style(CIRCLE, sources={"x": {"type": "raster", "tiles": ["//elsewhere.example/{z}"]}}), "not one of ours"),
        (style(CIRCLE, sources={"x": {"type": "vector", "tiles": [7]}}), "not one of ours"),
        (style(CIRCLE | {"type": "raster"}), "raster"),
        (style(CIRCLE | {"ref": "x"}), "ref"),
        (style(CIRCLE | {"paint": {"circle-colour": "#fff"}}), "circle-colour"),
        (style(CIRCLE | {"metadata": {"note": "<script>alert(1)</script>"}}), "markup"),
        (style(CIRCLE | {"paint": {"circle-color": "url(https://elsewhere.example)"}}), "address"),
        (style(CIRCLE, CIRCLE), "same id"),
        (style(CIRCLE, CIRCLE | {"id": "x", "source-layer": "streets"}), "one layer"),
        (style(CIRCLE | {"filter": json.loads("[" * 60 + "]" * 60)}), "deeply"),
    ],
)
def test_what_a_style_may_not_hold_is_refused_and_said(planner, document, part):
    refused = post(planner, document)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-style"), refused.content
    assert part in json.dumps(refused.json(), ensure_ascii=False)
    assert not SavedStyle.objects.exists()


def test_a_style_has_a_largest_size(planner):
    large = CIRCLE | {"filter": ["in", ["get", "category"], ["literal", ["x" * 60] * 2000]]}
    assert post(planner, style(large)).json()["code"] == "style-too-large"


def test_the_map_draws_a_layer_by_its_chosen_style(client, planner):
    create_style("tourism", "evening", Wanted(title="Evening", choices={"color": "#112233"}), actor="user:1")
    choose_default("tourism", "evening")
    assert client.get("/ogc/collections/tourism/styles").json()["default"] == "evening"
    painted = client.get("/ogc/styles/evening").json()["layers"]
    assert any("#112233" in json.dumps(layer) for layer in painted)
    choose_default("tourism", None)
    assert client.get("/ogc/collections/tourism/styles").json()["default"] == "tourism"


def test_undo_gives_back_the_version_before(planner):
    url = path_of(post(planner, style(CIRCLE)))
    put(planner, url, style(CIRCLE, name="Worse"), **{"If-Match": '"1"'})
    undone = undo_style(url.rpartition("/")[2], version=2, actor="user:1")
    assert (undone.title, undone.version) == ("Vakara karte", 3)


def test_styles_of_staff_layers_are_for_staff(client, planner, city_of_jelgava):
    place = create_feature(
        catalog.layer("places"), properties={"name_lv": "Skola"}, geometry=Point(23.7, 56.6), actor="user:1"
    )
    assert place.id
    dot = CIRCLE | {"source-layer": "beacons"}
    url = path_of(post(planner, style(dot)))
    assert planner.get(url).headers["Cache-Control"] == "private, no-cache"
    planner.logout()
    assert client.get(url).status_code == 404
    assert client.get("/ogc/collections/beacons/styles").status_code == 404


@pytest.mark.parametrize("path", ["/ogc/styles", "/ogc/styles/tourism", "/ogc/collections/tourism/styles"])
def test_they_are_pages_for_people_too(client, castle, path):
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<h1" in page.content.decode()
