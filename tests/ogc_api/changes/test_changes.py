"""The change feed: complete, in order, and of nothing but what is public."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from shapely import Point

from gis_platform.core import clock
from gis_platform.core.sqlfiles import load
from gis_platform.identity.models import RowRule
from layers import catalog
from layers.base.editing import create_feature, delete_feature, restore_feature, update_feature
from layers.base.feed import KEPT_FOR
from layers.base.tokens import token
from tests.people import a_user

CHANGES = "/ogc/collections/tourism/changes"
HERE = Point(23.7344, 56.6556)


@pytest.fixture
def tourism(city_of_jelgava):
    return catalog.layer("tourism")


def create(spec, **properties):
    values = {"name_lv": "Pils", "category": "castle"} | properties
    return create_feature(spec, properties=values, geometry=HERE, actor="user:1")


def update(spec, stored, **properties):
    return update_feature(spec, stored.id, properties=properties, version=stored.version, actor="user:1")


def start(client):
    return client.get(CHANGES, {"since": "now"}).json()["token"]


def since(client, token, **query):
    response = client.get(CHANGES, {"since": token, **query})
    assert response.status_code == 200, response.content
    return response.json()


def operations(answer):
    return [(f["change"]["operation"], f["id"], f["change"]["version"]) for f in answer["features"]]


@pytest.mark.django_db
def test_it_tells_what_was_created_replaced_and_deleted_with_the_present_state(client, tourism):
    before, place = create(tourism), start(client)
    update(tourism, before, name_lv="Rūmi")
    other = create(tourism, category="museum")
    gone = create(tourism)
    answer = since(client, place)
    assert operations(answer) == [("replace", before.id, 2), ("create", other.id, 1), ("create", gone.id, 1)]
    assert answer["features"][0]["properties"]["name_lv"] == "Rūmi"
    assert answer["features"][0]["geometry"] == {"type": "Point", "coordinates": [23.7344, 56.6556]}
    delete_feature(tourism, gone.id, version=1, actor="user:1")
    later = since(client, answer["token"])
    assert operations(later) == [("delete", gone.id, 2)]
    assert (later["features"][0]["geometry"], later["features"][0]["properties"]) == (None, None)
    assert operations(since(client, later["token"])) == []


@pytest.mark.django_db
def test_a_feature_that_changed_often_is_told_once(client, tourism):
    place = start(client)
    stored = create(tourism)
    for name in ("a", "b", "c"):
        stored = update(tourism, stored, name_lv=name)
    assert operations(since(client, place)) == [("create", stored.id, 4)]


@pytest.mark.django_db
def test_nobody_learns_of_a_draft(client, tourism):
    place = start(client)
    stored = create(tourism, status="draft")
    stored = update(tourism, stored, name_lv="Secret")
    answer = since(client, place)
    assert answer["features"] == []
    stored = update(tourism, update(tourism, stored, status="review"), status="published")
    assert operations(since(client, answer["token"])) == [("create", stored.id, stored.version)]


@pytest.mark.django_db
def test_what_stops_being_published_is_deleted_and_what_returns_is_created(client, tourism):
    stored = create(tourism)
    place = start(client)
    stored = update(tourism, stored, status="draft", name_lv="Secret")
    answer = since(client, place)
    assert operations(answer) == [("delete", stored.id, 2)]
    assert "Secret" not in str(answer)
    restored = restore_feature(tourism, stored.id, to_version=1, version=2, actor="user:1")
    assert operations(since(client, answer["token"])) == [("create", stored.id, restored.version)]


@pytest.mark.django_db
def test_no_private_property_is_told(client, tourism):
    place = start(client)
    create(tourism)
    shown = since(client, place)["features"][0]["properties"]
    assert not {p.name for p in tourism.properties if p.private} & shown.keys()


@pytest.mark.django_db
def test_pages_follow_each_other_and_end(client, tourism):
    place = start(client)
    made = [create(tourism).id for _ in range(5)]
    found, answer = [], since(client, place, limit=2)
    while True:
        found += [f["id"] for f in answer["features"]]
        following = [entry["href"] for entry in answer["links"] if entry["rel"] == "next"]
        if not following:
            break
        answer = client.get(following[0]).json()
    assert found == made


@pytest.mark.django_db
def test_a_state_that_was_read_ahead_is_taken_back_later(client, tourism):
    """A page of one change already shows the feature as the next change published it; the third takes it back."""
    place = start(client)
    stored = update(tourism, update(tourism, create(tourism), name_lv="a"), name_lv="b")
    first = since(client, place, limit=1)
    assert operations(first) == [("create", stored.id, 3)]
    update(tourism, stored, status="draft")
    assert operations(since(client, first["token"])) == [("delete", stored.id, 4)]


@pytest.mark.django_db
def test_the_same_answer_is_not_sent_twice(client, tourism):
    place = start(client)
    create(tourism)
    first = client.get(CHANGES, {"since": place})
    again = client.get(CHANGES, {"since": place}, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.json()["token"] == client.get(CHANGES, {"since": place}).json()["token"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "yesterday", "0", "💥", token("places", 0), token("tourism", 0) + "A", "A" * 9999]
)
def test_what_is_no_token_of_this_layer_is_refused(client, tourism, text):
    response = client.get(CHANGES, {"since": text})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-token")


@pytest.mark.django_db
def test_a_token_whose_changes_are_not_told_any_more_says_what_to_do(client, tourism):
    place = start(client)
    create(tourism)
    with clock.frozen(clock.now() + KEPT_FOR + timedelta(minutes=1)):
        response = client.get(CHANGES, {"since": place})
        quiet = client.get(CHANGES, {"since": start(client)})
    assert (response.status_code, response.json()["code"]) == (410, "token-too-old")
    assert "since=now" in response.json()["detail"]
    assert quiet.status_code == 200  # nothing was missed, however long ago


@pytest.mark.django_db
def test_a_token_from_beyond_the_history_is_of_another_database(client, tourism):
    assert client.get(CHANGES, {"since": token("tourism", 10**12)}).status_code == 410


@pytest.mark.django_db
def test_the_feed_of_a_staff_layer_is_for_staff(client, city_of_jelgava):
    assert client.get("/ogc/collections/beacons/changes").status_code == 404
    client.force_login(a_user("clerk"))
    assert client.get("/ogc/collections/beacons/changes").status_code == 200


@pytest.mark.django_db
def test_what_leaves_a_readers_condition_is_deleted_for_that_reader(client, city_of_jelgava):
    beacons = catalog.layer("beacons")
    places = create_feature(catalog.layer("places"), properties={"name_lv": "x"}, geometry=HERE, actor="user:1")
    client.force_login(a_user("clerk"))
    RowRule.objects.create(layer="beacons", role="clerk", action="read", condition="technology = 'qr'")
    address = "/ogc/collections/beacons/changes"
    place = client.get(address).json()["token"]

    def beacon(technology):
        values = {"technology": technology, "place_id": places.id}
        return create_feature(beacons, properties=values, geometry=HERE, actor="user:1")

    seen, _unseen = beacon("qr"), beacon("nfc")
    answer = client.get(address, {"since": place}).json()
    assert operations(answer) == [("create", seen.id, 1)]
    update(beacons, seen, technology="nfc")
    assert operations(client.get(address, {"since": answer["token"]}).json()) == [("delete", seen.id, 2)]


# --- Complete, although transactions end in another order than they began --------------------------------------------

# The broken twin writes the history without holding the layer's revision: numbers as they come.
BROKEN = "INSERT INTO base_layerrevision"


@pytest.fixture
def broken_history():
    whole = load("functions/feature_history").as_string()
    start = whole.index(BROKEN)
    with connection.cursor() as cursor:
        cursor.execute(whole[:start] + whole[whole.index(";", start) + 1 :])
        cursor.execute("INSERT INTO base_layerrevision (layer, revision) VALUES ('tourism', 1)")
    yield
    with connection.cursor() as cursor:
        cursor.execute(whole)


def followed_through_two_transactions(client, tourism):
    """What a reader gets who polls while a first transaction is still open and a second one wants to commit.

    Returns the features that were made, and those that the reader was told of.
    """
    made, told, wrote_first, may_commit = [], [], threading.Event(), threading.Event()

    def slow():
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute(INSERT, [23.70])
                made.append(cursor.fetchone()[0])
                wrote_first.set()
                may_commit.wait(10)
                cursor.execute("COMMIT")
        finally:
            connections.close_all()

    def quick():
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute(INSERT, [23.80])
                made.append(cursor.fetchone()[0])
        finally:
            connections.close_all()

    place = start(client)
    first = threading.Thread(target=slow)
    first.start()
    assert wrote_first.wait(10)
    second = threading.Thread(target=quick)
    second.start()
    second.join(0.5)
    for last in (False, True):
        if last:
            may_commit.set()
            first.join(10)
            second.join(10)
        answer = since(client, place)
        told += [f["id"] for f in answer["features"]]
        place = answer["token"]
    return sorted(made), sorted(told)


# Far from each other: two that touch one tile wait for each other anyway.
INSERT = (
    "INSERT INTO tourism_tourismobject (geometry, category)"
    " VALUES (ST_SetSRID(ST_MakePoint(%s, 56.6), 4326), 'castle') RETURNING id"
)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_late_is_not_skipped(client, tourism):
    made, told = followed_through_two_transactions(client, tourism)
    assert len(made) == 2
    assert told == made


@pytest.mark.django_db(transaction=True)
def test_the_check_catches_a_history_that_numbers_as_they_come(client, tourism, broken_history):
    made, told = followed_through_two_transactions(client, tourism)
    assert len(made) == 2
    assert len(told) == 1
