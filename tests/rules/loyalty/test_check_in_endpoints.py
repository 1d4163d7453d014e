"""Check-ins and the heat map over HTTP."""

import json
from datetime import timedelta

import h3
import pytest

from gis_platform.core import clock
from layers.places.services import label_token
from rules.loyalty import services
from rules.loyalty.models import CheckIn
from rules.loyalty.queries import PEOPLE_MIN
from tests.people import LIBRARY, a_beacon, a_place, a_resident, a_user, north_of

pytestmark = pytest.mark.django_db


def scan(client, token, *, key="k1", position=True, **changes):
    place = {
        "longitude": LIBRARY.x,
        "latitude": LIBRARY.y,
        "accuracy_m": 8,
        "taken_at": clock.now().isoformat(),
    }
    body = {"label": token, "position": place | changes if position else None}
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/check-ins", body, content_type="application/json", headers=headers)


def heat_map(client, hours=24, **headers):
    return client.get("/api/v1/check-ins/heat-map", {"hours": hours}, headers=headers)


def visit(place_count, *, beacon, at=LIBRARY):
    fix = services.Fix(longitude=at.x, latitude=at.y, accuracy_m=5, taken_at=clock.now())
    for _person in range(place_count):
        services.book(a_resident(user=None), beacon=beacon, fix=fix)


class TestCheckIn:
    def test_a_resident_checks_in_and_finds_it_in_the_list(self, client):
        client.force_login(a_resident().user)
        beacon = a_beacon()
        response = scan(client, label_token(beacon))
        assert response.status_code == 201
        assert (response.json()["decision"], response.json()["points"]) == ("accepted", 10)
        assert [row["place"] for row in client.get("/api/v1/check-ins").json()] == [beacon.place_id]

    def test_owner_colleague_and_stranger(self, client):
        owner, colleague = a_resident(), a_resident()
        client.force_login(owner.user)
        scan(client, label_token(a_beacon()))
        seen = {}
        for name, user in {"owner": owner.user, "colleague": colleague.user, "clerk": a_user("clerk")}.items():
            client.force_login(user)
            response = client.get("/api/v1/check-ins")
            seen[name] = len(response.json()) if response.status_code == 200 else response.status_code
        client.logout()
        seen["stranger"] = client.get("/api/v1/check-ins").status_code
        assert seen == {"owner": 1, "colleague": 0, "clerk": 403, "stranger": 401}

    def test_nobody_checks_in_without_being_a_resident(self, client):
        token = label_token(a_beacon())
        assert scan(client, token).status_code == 401
        client.force_login(a_user("administrator"))
        response = scan(client, token)
        assert (response.status_code, response.json()["code"]) == (403, "resident-profile-missing")

    def test_a_session_without_its_token_is_refused(self, django_client_without_token):
        response = scan(django_client_without_token, label_token(a_beacon()))
        assert (response.status_code, response.json()["code"]) == (403, "csrf-refused")
        assert not CheckIn.objects.exists()

    @pytest.fixture
    def django_client_without_token(self, client):
        client.handler.enforce_csrf_checks = True
        client.force_login(a_resident().user)
        return client

    def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(self, client):
        client.force_login(a_resident().user)
        token, at = label_token(a_beacon()), clock.now().isoformat()
        first, again = scan(client, token, taken_at=at), scan(client, token, taken_at=at)
        assert again.content == first.content
        assert again["Idempotent-Replayed"] == "true"
        other = scan(client, token, taken_at=at, accuracy_m=9)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"longitude": 181}, "position.longitude"),
            ({"latitude": "north"}, "position.latitude"),
            ({"accuracy_m": -1}, "position.accuracy_m"),
            ({"taken_at": "2026-09-01T10:00:00"}, "position.taken_at"),
        ],
    )
    def test_a_wrong_position_is_a_problem_that_names_the_field(self, client, changes, field):
        client.force_login(a_resident().user)
        response = scan(client, label_token(a_beacon()), **changes)
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert list(response.json()["fields"]) == [field]

    def test_a_missing_key_and_a_broken_body_are_problems(self, client):
        client.force_login(a_resident().user)
        assert list(scan(client, "x", key="").json()["fields"]) == ["Idempotency-Key"]
        broken = client.post("/api/v1/check-ins", "{", content_type="application/json")
        assert (broken.status_code, broken["Content-Type"]) == (400, "application/problem+json")

    def test_the_advice_comes_in_the_residents_language(self, client):
        client.force_login(a_resident().user)
        token = label_token(a_beacon())
        client.cookies["django_language"] = "lv"
        advice = scan(client, token, position=False).json()["reasons"][0]["advice"]
        assert advice.startswith("Ļaujiet lietotnei")


class TestHeatMap:
    def test_a_cell_shows_from_five_different_people_on(self, client):
        beacon = a_beacon()
        visit(PEOPLE_MIN - 1, beacon=beacon)
        assert heat_map(client).json()["features"] == []
        visit(1, beacon=beacon)
        (cell,) = heat_map(client).json()["features"]
        assert cell["properties"] == {"check_ins": 5, "people": 5}
        assert cell["id"] == h3.latlng_to_cell(LIBRARY.y, LIBRARY.x, 9)

    def test_five_visits_of_one_person_stay_hidden(self, client):
        resident, beacon, start = a_resident(), a_beacon(), clock.now()
        for hour in range(6):
            with clock.frozen(start + timedelta(hours=hour)):
                fix = services.Fix(longitude=LIBRARY.x, latitude=LIBRARY.y, accuracy_m=5, taken_at=clock.now())
                assert services.book(resident, beacon=beacon, fix=fix).decision == "accepted"
        with clock.frozen(start + timedelta(hours=6)):
            assert heat_map(client).json()["features"] == []

    def test_refused_check_ins_do_not_count(self, client):
        visit(6, beacon=a_beacon(), at=north_of(LIBRARY, 5_000))
        assert CheckIn.objects.count() == 6
        assert heat_map(client).json()["features"] == []

    def test_it_forgets_what_is_older_than_the_hours_asked_for(self, client):
        visit(5, beacon=a_beacon())
        with clock.frozen(clock.now() + timedelta(hours=25)):
            assert heat_map(client, hours=24).json()["features"] == []
            assert len(heat_map(client, hours=26).json()["features"]) == 1

    def test_it_is_geojson_with_a_closed_ring_around_the_place(self, client):
        visit(5, beacon=a_beacon())
        response = heat_map(client)
        assert response["Content-Type"] == "application/geo+json"
        (ring,) = json.loads(response.content)["features"][0]["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        longitudes, latitudes = zip(*ring, strict=True)
        assert min(longitudes) < LIBRARY.x < max(longitudes)
        assert min(latitudes) < LIBRARY.y < max(latitudes)

    def test_an_unchanged_map_is_not_sent_again(self, client):
        far = north_of(LIBRARY, 3_000)
        with clock.frozen(clock.now()) as at:
            visit(5, beacon=a_beacon())
            etag = heat_map(client)["ETag"]
            assert heat_map(client, **{"If-None-Match": etag}).status_code == 304
            visit(5, beacon=a_beacon(a_place(geometry=far)), at=far)
            changed = heat_map(client, **{"If-None-Match": etag})
            assert (changed.status_code, len(changed.json()["features"])) == (200, 2)
        # Time alone changes it too: check-ins grow old.
        with clock.frozen(at + timedelta(hours=25)):
            gone = heat_map(client, **{"If-None-Match": changed["ETag"]})
            assert (gone.status_code, gone.json()["features"]) == (200, [])

    @pytest.mark.parametrize("hours", [0, -1, 24 * 90 + 1, "all"])
    def test_a_window_beyond_the_limit_is_refused(self, client, hours):
        response = heat_map(client, hours=hours)
        assert (response.status_code, list(response.json()["fields"])) == (400, ["hours"])
