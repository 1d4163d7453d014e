"""A phone says where it is; the answer is what the zones around give, the position is forgotten."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from gis_platform.core import clock
from layers.boundaries.models import Boundary
from rules.benefits.models import Decision
from tests.people import a_resident, a_user
from tests.rules.benefits.programmes import NOON, a_programme, put_in_force

pytestmark = pytest.mark.django_db

PATH = "/api/v1/zone-entries"
HERE = {"consent": True, "longitude": 23.725, "latitude": 56.655, "accuracy_m": 8, "taken_at": NOON.isoformat()}


@pytest.fixture(autouse=True)
def calm_zone():
    with clock.frozen(NOON):
        box = Polygon.from_bbox((23.72, 56.65, 23.73, 56.66))
        Boundary.objects.create(code="calm", kind="zone", name_en="Calm", geometry=MultiPolygon(box, srid=4326))
        rule = {
            "id": "walk",
            "effect": {"kind": "points", "points": 5},
            "group": {"code": "walks", "mode": "best"},
        }
        when = {"op": "=", "args": [{"property": "zone.entered"}, "boundaries/calm"]}
        written = {"format": 1, "triggers": ["zone-entered"], "rules": [rule], "when": when}
        put_in_force(a_programme("walks", name_en="Walks"), written)
        yield


@pytest.fixture
def anna(client):
    anna = a_resident()
    client.force_login(anna.user)
    return anna


def say(client, **changes):
    return client.post(PATH, json.dumps(HERE | changes), content_type="application/json")


def test_a_zone_gives_what_its_programme_says(client, anna):
    (entered,) = say(client).json()["entered"]
    assert (entered["zone"], entered["points"]) == ("boundaries/calm", 5)
    assert "Walks" in entered["sentences"][0]
    assert say(client).json()["entered"][0]["decision"] == entered["decision"]
    assert Decision.objects.count() == 1


def test_outside_of_all_zones_there_is_nothing(client, anna):
    assert say(client, longitude=23.9).json() == {"entered": []}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent": False}, "invalid-input"),
        ({"consent": None}, "invalid-input"),
        ({"longitude": 181}, "invalid-input"),
        ({"taken_at": "2026-09-01T09:00:00"}, "invalid-input"),
        ({"taken_at": (NOON - timedelta(minutes=3)).isoformat()}, "position-too-old"),
        ({"accuracy_m": 250}, "position-too-imprecise"),
    ],
)
def test_what_cannot_count_is_refused_with_its_reason(client, anna, changes, code):
    response = say(client, **changes)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert not Decision.objects.exists()


def test_strangers_and_accounts_without_a_resident_are_told_so(client):
    assert say(client).status_code == 401
    client.force_login(a_user("clerk"))
    assert say(client).json()["code"] == "resident-profile-missing"
