"""The pages of offers: whose they are, and what the planner's form refuses."""

import json

import pytest

from gis_platform.residents import consents
from rules.loyalty.models import Offer
from rules.loyalty.offers import giving
from tests.people import LIBRARY, a_place, a_resident, a_user
from tests.rules.loyalty.offers.test_offers import SQUARE, an_offer, go

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def text(response) -> str:
    return response.content.decode()


def a_form(**changes) -> dict[str, str]:
    form = {
        "title_en": "Coffee", "trigger": "zone", "geojson": SQUARE.geojson, "valid_from": "2026-11-01T08:00",
        "valid_to": "2026-12-31T20:00", "per_person_day": "1",
    }  # fmt: skip
    return form | changes


@pytest.fixture
def planner(client):
    client.force_login(a_user("planner"))
    return client


def test_my_offers_are_mine_and_ask_for_consent_first(client):
    an_offer("near", LIBRARY, 50, title_en="A coffee for you")
    owner, colleague = a_resident(), a_resident()
    consents.give(owner, giving.PURPOSE)
    go(owner, LIBRARY, inside=None)
    client.force_login(owner.user)
    page = text(client.get("/offers/", headers=ENGLISH))
    assert "A coffee for you" in page
    assert "Look around" in page
    client.force_login(colleague.user)
    page = text(client.get("/offers/", headers=ENGLISH))
    assert "A coffee for you" not in page
    assert "Agree on my profile" in page
    client.logout()
    assert client.get("/offers/").status_code == 302


@pytest.mark.parametrize("path", ["/offers/manage/", "/offers/manage/new/", "/offers/manage/{}/"])
def test_only_planners_write_offers(client, path):
    path = path.format(an_offer().pk)
    statuses = {"stranger": client.get(path).status_code}
    for role in ("planner", "clerk"):
        client.force_login(a_user(role))
        statuses[role] = client.get(path).status_code
    client.force_login(a_user())
    statuses["resident"] = client.get(path).status_code
    assert statuses == {"stranger": 302, "planner": 200, "clerk": 403, "resident": 403}


def test_a_planner_draws_changes_and_pauses_an_offer(planner):
    assert "No offer yet." in text(planner.get("/offers/manage/", headers=ENGLISH))
    assert planner.post("/offers/manage/new/", a_form()).status_code == 302
    offer = Offer.objects.get()
    assert (offer.trigger, offer.reach.equals(SQUARE)) == ("zone", True)
    page = text(planner.get(f"/offers/manage/{offer.pk}/"))
    assert "2026-11-01T08:00" in page
    planner.post(f"/offers/manage/{offer.pk}/pause/")
    assert "Paused" in text(planner.get("/offers/manage/", headers=ENGLISH))


def test_an_offer_is_tied_to_a_place_of_a_layer(planner):
    place = a_place()
    planner.post("/offers/manage/new/", a_form(trigger="near", source=f"places/{place.pk}", geojson="", metres="40"))
    offer = Offer.objects.get()
    assert (offer.geometry.coords, offer.source) == (place.geometry.coords, f"places/{place.pk}")


LINE = json.dumps({"type": "LineString", "coordinates": [[23.7, 56.6], [23.8, 56.7]]})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_en": ""}, "title_lv"),
        ({"trigger": "moon"}, "trigger"),
        ({"geojson": "{"}, "geojson"),
        ({"geojson": "[]"}, "geojson"),
        ({"geojson": LINE}, "geojson"),
        ({"source": "places/999999"}, "geojson"),
        ({"trigger": "route", "geojson": LINE}, "metres"),
        ({"metres": "-5"}, "metres"),
        ({"metres": "5001"}, "metres"),
        ({"valid_from": "tomorrow"}, "valid_from"),
        ({"valid_to": "2026-10-31T20:00"}, "valid_to"),
        ({"quiet_from": "22:00"}, "quiet_to"),
        ({"quiet_from": "25:00", "quiet_to": "07:00"}, "quiet_from"),
        ({"per_person_day": "0"}, "per_person_day"),
        ({"audience": "nobody"}, "audience"),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_saved(planner, changes, field):
    response = planner.post("/offers/manage/new/", a_form(**changes), headers=ENGLISH)
    assert response.status_code == 400
    assert list(response.context["faults"]) == [field]
    assert not Offer.objects.exists()


def test_there_is_no_form_for_an_offer_that_is_not_there(planner):
    assert planner.get("/offers/manage/999999/").status_code == 404
