"""The lists: what is there, found, sorted, and on the map beside."""

import json

import pytest
from shapely import Point

from layers.base.editing import create_feature, delete_feature
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db


def labels(response):
    return [line.feature.label for line in response.context["lines"]]


def test_the_first_page_counts_by_status_and_names_the_last_editor(at_desk, palace, cafe, guide, tourism):
    create_feature(tourism, properties={"name_en": "Tower"}, geometry=Point(23.7, 56.6), actor=guide.actor)
    (line,) = [line for lines in at_desk.get("/editor/").context["groups"].values() for line in lines
               if line.layer.id == "tourism"]  # fmt: skip
    assert (line.published, line.drafts, line.in_review, line.actor) == (2, 1, 0, "Gita Guide")


def test_the_list_has_drafts_too_newest_change_first(at_desk, palace, cafe):
    response = at_desk.get("/editor/tourism/")
    assert labels(response) == ["Kafejnīca Šokolāde", "Jelgava Palace"]
    assert "2 features" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sokolade"}, ["Kafejnīca Šokolāde"]),
        ({"q": "JELGAVOS rumai"}, ["Jelgava Palace"]),
        ({"q": "100%"}, []),
        ({"q": "_"}, []),
        ({"status": "draft"}, ["Kafejnīca Šokolāde"]),
        ({"kind": "castle"}, ["Jelgava Palace"]),
        ({"kind": "castle", "status": "draft"}, []),
        ({"status": "nonsense", "kind": "x' OR true --", "page": "-1", "sort": "; drop"}, None),
        ({"sort": "label"}, ["Jelgava Palace", "Kafejnīca Šokolāde"]),
        ({"sort": "-label"}, ["Kafejnīca Šokolāde", "Jelgava Palace"]),
        ({"sort": "kind"}, ["Kafejnīca Šokolāde", "Jelgava Palace"]),
        ({"sort": "changed"}, ["Jelgava Palace", "Kafejnīca Šokolāde"]),
    ],
)
def test_it_is_searched_filtered_and_sorted(at_desk, palace, cafe, query, found):
    expected = ["Kafejnīca Šokolāde", "Jelgava Palace"] if found is None else found
    assert labels(at_desk.get("/editor/tourism/", query)) == expected


def test_a_list_with_nothing_says_what_to_do(at_desk, palace):
    assert "No feature fits this search." in at_desk.get("/editor/tourism/", {"q": "xyz"}).content.decode()
    assert "The layer is empty." in at_desk.get("/editor/events/").content.decode()


def test_a_name_that_is_missing_in_a_language_is_marked(at_desk, palace, cafe):
    by_name = {line.feature.label: line.feature.missing for line in at_desk.get("/editor/tourism/").context["lines"]}
    assert by_name == {"Jelgava Palace": (), "Kafejnīca Šokolāde": ("en", "lt")}


def test_pages_follow_each_other(at_desk, tourism, city_of_jelgava):
    for number in range(53):
        create_feature(
            tourism, properties={"name_en": f"Place {number:02}"}, geometry=Point(23.7, 56.6), actor="system:test"
        )
    first = at_desk.get("/editor/tourism/", {"sort": "label"})
    assert (len(labels(first)), first.context["before"]) == (50, None)
    second = at_desk.get(f"/editor/tourism/?{first.context['after']}")
    assert labels(second) == ["Place 50", "Place 51", "Place 52"]
    assert second.context["after"] is None
    assert at_desk.get("/editor/tourism/", {"page": "9999"}).status_code == 200


def test_the_map_beside_has_the_same_features(at_desk, palace, cafe):
    drawn = json.loads(at_desk.get("/editor/tourism/shapes/", {"status": "draft"}).content)
    assert [(f["id"], f["properties"]["status"]) for f in drawn["features"]] == [(cafe.id, "draft")]
    assert drawn["features"][0]["geometry"] == {"type": "Point", "coordinates": [23.72, 56.65]}


def test_the_changes_show_what_was_deleted(at_desk, palace, guide, tourism):
    delete_feature(tourism, palace.id, version=1, actor=guide.actor, reason="closed")
    page = at_desk.get("/editor/tourism/changes/").content.decode()
    assert "closed" in page
    assert f"/editor/tourism/{palace.id}/history/?newer=2" in page


@pytest.mark.parametrize("layer", ["beacons", "boundaries", "streets", "places", "sensors"])
def test_every_layer_has_its_pages(client, planner, city_of_jelgava, layer):
    client.force_login(planner)
    for path in ("", "new/", "import/", "changes/", "shapes/"):
        assert client.get(f"/editor/{layer}/{path}").status_code == 200, path


def test_markup_in_a_name_stays_text(at_desk, palace):
    TourismObject.objects.filter(pk=palace.id).update(name_en="<script>alert(1)</script>")
    for url in ("/editor/tourism/", f"/editor/tourism/{palace.id}/", f"/editor/tourism/{palace.id}/history/"):
        assert "<script>alert" not in at_desk.get(url).content.decode()
