"""The page of a layer's styles: who sees it, what it saves, and what the map then draws."""

import pytest
from django.test import Client

from gis_platform.identity.roles import Role
from layers.styles.models import SavedStyle
from layers.styles.services import Wanted, create_style
from maps.map_layers import map_layers
from tests.people import a_user

pytestmark = pytest.mark.django_db
URL = "/editor/tourism/styles/"
FORM = {"title": "Evening", "color": "#112233", "icon": "castle", "size": "1.5", "labels": "on", "label_zoom": "13"}


@pytest.fixture
def client() -> Client:
    """Somebody who reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def planner(client, city_of_jelgava):
    client.force_login(a_user(Role.PLANNER, username="planner"))
    return client


def drawn_of(layer):
    return next(known for known in map_layers() if known["id"] == layer)


def send(client, act, **fields):
    return client.post(URL, {"act": act, **fields})


def test_it_is_for_planners(client, city_of_jelgava):
    assert client.get(URL).status_code == 302
    client.force_login(a_user(Role.TOURISM_EDITOR, username="guide"))
    assert client.get(URL).status_code == 403
    assert b"editor/tourism/styles" not in client.get("/editor/tourism/").content
    client.force_login(a_user(Role.PLANNER, username="planner"))
    assert client.get(URL).status_code == 200


def test_a_saved_style_chosen_for_the_map_draws_it(planner):
    answer = send(planner, "save", **FORM, **{"class-on:castle": "on", "class:castle": "#AA0000"})
    style = SavedStyle.objects.get()
    assert answer.headers["Location"] == f"{URL}?style={style.name}"
    assert style.choices["classes"] == {"castle": "#aa0000"}
    assert drawn_of("tourism")["color"] != "#112233"
    send(planner, "default", name=style.name)
    drawn = drawn_of("tourism")
    assert (drawn["color"], drawn["icon"], drawn["size"], drawn["labelZoom"]) == ("#112233", "castle", 1.5, 13)
    send(planner, "default")
    assert drawn_of("tourism")["color"] != "#112233"


def test_what_was_saved_can_be_undone_and_removed(planner):
    style = create_style("tourism", "evening", Wanted(title="Evening", choices={"color": "#112233"}), actor="user:1")
    send(planner, "save", **FORM | {"color": "#445566"}, name=style.name, version="1")
    assert SavedStyle.objects.get().choices["color"] == "#445566"
    assert b"Undo" in planner.get(f"{URL}?style=evening").content
    send(planner, "undo", name="evening", version="2")
    assert (SavedStyle.objects.get().choices, SavedStyle.objects.get().version) == ({"color": "#112233"}, 3)
    send(planner, "delete", name="evening", version="3")
    assert not SavedStyle.objects.exists()


def test_of_two_planners_the_second_is_told(planner):
    create_style("tourism", "evening", Wanted(title="Evening"), actor="user:1")
    send(planner, "save", **FORM, name="evening", version="1")
    late = send(planner, "save", **FORM, name="evening", version="1")
    assert late.status_code == 412
    assert b'role="alert"' in late.content


@pytest.mark.parametrize(
    "fields",
    [
        {"color": "red"},
        {"size": "9"},
        {"size": "large"},
        {"title": " "},
        {"icon": "<b>"},
        {"drawn": "{"},
        {"drawn": '[{"id": "a", "type": "raster"}]'},
        {"drawn": '[{"id": "a", "type": "circle", "paint": {"circle-color": "https://elsewhere.example"}}]'},
    ],
)
def test_what_a_style_may_not_hold_is_said_on_the_page(planner, fields):
    refused = send(planner, "save", **FORM | fields)
    assert refused.status_code == 400
    assert b'role="alert"' in refused.content
    assert not SavedStyle.objects.exists()


def test_a_style_of_another_layer_is_not_changed_here(planner):
    create_style("places", "schools", Wanted(title="Schools"), actor="user:1")
    assert planner.get(f"{URL}?style=schools").status_code == 404
    assert send(planner, "delete", name="schools", version="1").status_code == 404
    assert SavedStyle.objects.count() == 1
