"""“What am I entitled to here?” over HTTP: for the person, for nobody else."""

import json

import pytest

from gis_platform.core import clock
from gis_platform.identity.roles import Role
from rules.benefits.models import Decision
from tests.people import a_place, a_resident, a_user
from tests.rules.benefits.programmes import NOON, worked

pytestmark = pytest.mark.django_db

PATH = "/api/v1/entitlements"
TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 150}


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def anna(client):
    anna = a_resident()
    client.force_login(anna.user)
    worked("card-fare")
    return anna


def ask_price(client, *lines, at=""):
    return client.post(f"{PATH}/quote", json.dumps({"at": at, "lines": lines}), content_type="application/json")


def test_a_resident_learns_what_could_apply(client, anna):
    (one,) = client.get(PATH).json()
    assert (one["programme"], one["name"]) == ("card-fare", "Fare with the resident's card")
    assert (one["open"], one["certain"], one["withheld"], one["left"]) == (True, True, "", [])
    assert one["sentences"]


@pytest.mark.parametrize("language", ["lv", "lt", "en"])
def test_it_comes_in_three_languages(client, anna, language):
    (one,) = client.get(PATH, headers={"Accept-Language": language}).json()
    expected = {
        "lv": "Braukšana ar iedzīvotāja karti",
        "lt": "Kelionė su gyventojo kortele",
        "en": "Fare with the resident's card",
    }
    assert one["name"] == expected[language]


def test_at_a_place_and_what_it_would_cost(client, anna):
    place = a_place()
    assert len(client.get(PATH, {"at": f"places/{place.pk}"}).json()) == 1
    quoted = ask_price(client, TICKET, TICKET | {"id": "2", "category": "book"}, at=f"places/{place.pk}").json()
    # A ticket of 1.50 costs 0.85 with the card.
    assert quoted["lines"] == [{"id": "1", "discount_cents": 65}, {"id": "2", "discount_cents": 0}]
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "at", ["places/0", "places/x", "places/99999999999999999999", "streets/1", "places", "merchants/-1", "places/²"]
)
def test_a_place_that_is_not_on_the_map_is_refused(client, anna, at):
    for response in (client.get(PATH, {"at": at}), ask_price(client, TICKET, at=at)):
        assert (response.status_code, response.json()["code"]) == (400, "place-unknown")


def test_a_draft_of_a_place_is_nowhere(client, anna):
    place = a_place(status="draft")
    assert client.get(PATH, {"at": f"places/{place.pk}"}).status_code == 400


def test_lines_that_cannot_be_are_refused(client, anna):
    assert ask_price(client).json()["code"] == "invalid-input"
    assert ask_price(client, TICKET, TICKET).json()["code"] == "case-refused"
    assert ask_price(client, TICKET | {"amount_cents": -1}).json()["code"] == "invalid-input"


def test_owner_colleague_stranger(client, anna):
    """There is no way to name another person: a clerk, who has no card, has no entitlements either."""
    client.force_login(a_user(Role.CLERK))
    assert client.get(PATH).json()["code"] == "resident-profile-missing"
    client.logout()
    assert client.get(PATH).status_code == 401
    assert ask_price(client, TICKET).status_code == 401
