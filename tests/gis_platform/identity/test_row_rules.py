"""Row rules: an editor keeps to their own features, a reader sees their own, and nobody gets round it."""

import json

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from shapely import Point

from gis_platform.identity.layer_access import may_edit, readable_layer, row_rule
from gis_platform.identity.models import RowRule
from layers import catalog
from layers.base.drafting import draft
from layers.base.editing import create_feature
from layers.base.models import Change
from layers.catalog import UnknownLayer
from tests.people import a_user

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"
HERE = Point(23.72, 56.65)


@pytest.fixture
def tourism(city_of_jelgava):
    return catalog.layer("tourism")


def limit(role, action, condition, layer="tourism"):
    Group.objects.get_or_create(name=role)
    RowRule.objects.create(layer=layer, role=role, action=action, condition=condition)


def signed_in(*roles):
    for role in roles:
        Group.objects.get_or_create(name=role)
    client = Client(headers={"accept-language": "en"})
    client.user = a_user(*roles)
    client.force_login(client.user)
    return client


def made(spec, **properties):
    values = {"name_lv": "Pils", "category": "museum"} | properties
    stored = create_feature(spec, properties=values, geometry=HERE, actor="user:1")
    return f"{ITEMS}/{stored.id}"


def send(client, method, url, properties, coordinates=(23.72, 56.65)):
    geometry = {"type": "Point", "coordinates": list(coordinates)}
    body = {"type": "Feature", "geometry": geometry, "properties": properties}
    response = client.generic(
        method, url, json.dumps(body), content_type="application/geo+json", headers={"If-Match": "*"}
    )
    return response.status_code, (response.json()["code"] if response.status_code >= 400 else "")


OUTSIDE = (403, "outside-your-area")


def test_an_editor_changes_their_own_features_and_no_others(tourism):
    limit("tourism_editor", "update", "category = 'museum'")
    editor, mine, other = signed_in("tourism_editor"), made(tourism), made(tourism, category="castle")
    assert send(editor, "PATCH", mine, {"season": "May"}) == (200, "")
    assert send(editor, "PATCH", other, {"season": "May"}) == OUTSIDE
    assert send(editor, "PUT", other, {"name_lv": "x", "category": "museum"}) == OUTSIDE
    assert draft(tourism, int(other.rpartition("/")[2])).version == 1


def test_nor_do_they_push_a_feature_out_of_their_area(tourism):
    limit("tourism_editor", "update", "category = 'museum'")
    editor, mine = signed_in("tourism_editor"), made(tourism)
    changes = Change.objects.count()
    assert send(editor, "PATCH", mine, {"category": "castle"}) == OUTSIDE
    assert Change.objects.count() == changes


def test_an_area_on_the_ground_holds_for_the_old_and_the_new_place(tourism):
    limit("tourism_editor", "update", "S_INTERSECTS(geometry, BBOX(23.70, 56.60, 23.75, 56.70))")
    editor, mine = signed_in("tourism_editor"), made(tourism)
    assert send(editor, "PATCH", mine, {}, (23.74, 56.65)) == (200, "")
    assert send(editor, "PATCH", mine, {}, (23.80, 56.65)) == OUTSIDE


def test_what_is_added_and_removed_is_bound_too(tourism):
    limit("tourism_editor", "create", "category = 'museum'")
    limit("tourism_editor", "delete", "category = 'castle'")
    editor, mine = signed_in("tourism_editor"), made(tourism)
    assert send(editor, "POST", ITEMS, {"name_lv": "x", "category": "museum"})[0] == 201
    assert send(editor, "POST", ITEMS, {"name_lv": "x", "category": "castle"}) == OUTSIDE
    assert send(editor, "DELETE", mine, {}) == OUTSIDE
    assert send(editor, "DELETE", made(tourism, category="castle"), {})[0] == 204


def test_a_condition_that_is_not_known_is_not_fulfilled(tourism):
    limit("tourism_editor", "update", "valid_from > TIMESTAMP('2000-01-01T00:00:00Z')")
    assert send(signed_in("tourism_editor"), "PATCH", made(tourism), {"season": "May"}) == OUTSIDE


def test_owner_colleague_and_stranger(tourism):
    limit("museum_keepers", "update", "category = 'museum'")
    url = made(tourism)
    answers = {
        "keeper": send(signed_in("museum_keepers"), "PATCH", url, {"season": "May"}),
        "editor": send(signed_in("tourism_editor"), "PATCH", url, {"season": "June"}),
        "administrator": send(signed_in("administrator"), "PATCH", url, {"season": "July"}),
        "clerk": send(signed_in("clerk"), "PATCH", url, {"season": "May"}),
        "stranger": send(Client(), "PATCH", url, {"season": "May"}),
    }
    assert answers == {
        "keeper": (200, ""),
        "editor": (200, ""),
        "administrator": (200, ""),
        "clerk": (403, "may-not-edit"),
        "stranger": (401, "not-signed-in"),
    }


def test_a_rule_lets_its_role_do_what_it_says_and_no_more(tourism):
    limit("museum_keepers", "update", "category = 'museum'")
    keeper, url = signed_in("museum_keepers"), made(tourism)
    assert keeper.options(url).headers["Allow"] == "GET, HEAD, OPTIONS, PUT, PATCH"
    assert keeper.options(ITEMS).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert send(keeper, "DELETE", url, {}) == (403, "may-not-edit")
    assert send(keeper, "POST", ITEMS, {"name_lv": "x"}) == (403, "may-not-edit")


def test_who_holds_several_roles_may_do_what_any_of_them_may(tourism):
    limit("museum_keepers", "update", "category = 'museum'")
    limit("castle_keepers", "update", "category = 'castle'")
    both = signed_in("museum_keepers", "castle_keepers")
    assert send(both, "PATCH", made(tourism), {"season": "May"})[0] == 200
    assert send(both, "PATCH", made(tourism, category="castle"), {"season": "May"})[0] == 200
    assert send(both, "PATCH", made(tourism, category="park"), {"season": "May"}) == OUTSIDE
    assert row_rule(signed_in("museum_keepers", "tourism_editor").user, tourism, "update") is None


# --- Reading ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def beacons(city_of_jelgava):
    places = create_feature(catalog.layer("places"), properties={"name_lv": "x"}, geometry=HERE, actor="user:1")
    spec = catalog.layer("beacons")
    return [
        create_feature(spec, properties={"technology": kind, "place_id": places.id}, geometry=HERE, actor="user:1").id
        for kind in ("qr", "nfc")
    ]


def seen(client):
    return [f["id"] for f in client.get("/ogc/collections/beacons/items").json()["features"]]


def test_a_reader_sees_what_their_condition_lets_them(beacons):
    limit("clerk", "read", "technology = 'qr'", layer="beacons")
    clerk = signed_in("clerk")
    assert seen(clerk) == beacons[:1]
    assert seen(signed_in("operator")) == beacons
    assert seen(signed_in("clerk", "operator")) == beacons
    at = "/ogc/collections/beacons/items"
    assert [clerk.get(f"{at}/{number}").status_code for number in beacons] == [200, 404]
    assert send(clerk, "PATCH", f"{at}/{beacons[1]}", {})[0] == 403


def test_a_layer_for_some_roles_does_not_exist_for_others(monkeypatch, city_of_jelgava):
    spec = catalog.layer("beacons")
    object.__setattr__(spec, "read_roles", ("clerk", "operator"))
    try:
        for role, sees in {"clerk": True, "operator": True, "planner": True, "merchant_manager": False}.items():
            user = a_user(role)  # a planner edits it
            if sees:
                assert readable_layer(user, "beacons") is spec
            else:
                with pytest.raises(UnknownLayer):
                    readable_layer(user, "beacons")
        limit("merchant_manager", "read", "technology = 'qr'", layer="beacons")
        assert readable_layer(a_user("merchant_manager"), "beacons") is spec
    finally:
        object.__setattr__(spec, "read_roles", ())


def test_a_closed_account_has_no_rules(tourism):
    limit("museum_keepers", "update", "category = 'museum'")
    user = a_user("museum_keepers")
    user.is_active = False
    assert not may_edit(user, tourism)


# --- The editor's pages and the console ------------------------------------------------------------------------------


def test_the_editor_keeps_to_the_rule_and_imports_take_somebody_without(tourism):
    limit("tourism_editor", "update", "category = 'museum'")
    editor, other = signed_in("tourism_editor"), made(tourism, category="castle").rpartition("/")[2]
    at = f"/editor/tourism/{other}/"
    assert editor.post(at, {"version": "1", "season": "May"}).status_code == 403
    editor.post(f"{at}status/", {"version": "1", "to": "draft"})
    assert draft(tourism, int(other)).version == 1
    assert editor.get("/editor/tourism/import/").status_code == 403
    assert signed_in("administrator").get("/editor/tourism/import/").status_code == 200


@pytest.fixture
def console(client):
    client.force_login(a_user("administrator", is_staff=True, is_superuser=True))
    return client


ADD = "/console/identity/rowrule/add/"


def test_a_good_rule_is_saved_and_written_down(console, tourism):
    form = {"layer": "tourism", "role": "tourism_editor", "action": "update", "condition": "category = 'museum'"}
    assert console.post(ADD, form).status_code == 302
    assert RowRule.objects.get().condition == "category = 'museum'"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"layer": "nowhere"}, "No layer is called"),
        ({"role": "emperor"}, "is not one of"),
        ({"action": "read"}, "Only a layer for staff"),
        ({"condition": "colour = 'red'"}, "colour"),
        ({"condition": "category ="}, "cannot be read"),
        ({"condition": "category = 5"}, ""),
        ({"condition": "pg_sleep(1) = 1"}, "pg_sleep"),
        ({"layer": "beacons", "action": "read", "condition": "status = 'draft'"}, "status"),
        ({"layer": "reports"}, "not edited here"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_at_its_field(console, tourism, change, words):
    form = {"layer": "tourism", "role": "tourism_editor", "action": "update", "condition": "category = 'museum'"}
    response = console.post(ADD, form | change, headers={"accept-language": "en"})
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not RowRule.objects.exists()


def test_only_administrators_make_rules(client):
    client.force_login(a_user("planner", is_staff=True))
    assert client.get("/console/identity/rowrule/").status_code == 403
