"""Journey 2. A check-in: label, signature, place, distance, speed, replay; scored, booked, points, offer; answer."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from layers.places.services import label_url, revoke_prints
from rules.ledger.models import Account, Unit
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from rules.loyalty.models import PlaceDay
from tests.flows.steps import post, sign_in
from tests.people import LIBRARY, PASSWORD, a_beacon, a_resident, a_user, north_of
from tests.rules.benefits.programmes import a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_resident(user=a_user(username="anna", password=PASSWORD))


@pytest.fixture
def library_visits():
    """25 points for a visit, because it happened at a library."""
    written = definition(
        effect={"kind": "points", "points": 25},
        triggers=["check-in"],
        when={"op": "=", "args": [{"property": "place.category"}, "library"]},
    )
    written["rules"][0]["target"] = {"kind": "receipt"}
    programme = a_programme("library-visits", name_en="Library visits")
    put_in_force(programme, written, first_day=clock.today())
    return programme


def scan(phone, url):
    """Follows the label as a phone does and returns the token that the place's page was opened with."""
    opened = phone.get(urlsplit(url).path)
    assert opened.status_code == 302
    return parse_qs(urlsplit(opened["Location"]).query)["label"][0]


def check_in(phone, label, *, at=LIBRARY, key="scan-1"):
    taken_at = (clock.now() - timedelta(seconds=2)).isoformat()
    position = {"longitude": at.x, "latitude": at.y, "accuracy_m": 12, "taken_at": taken_at}
    return post(phone, "/api/v1/check-ins", {"label": label, "position": position}, Idempotency_Key=key)


def points_of(resident: Resident) -> int:
    return balance(AccountKey(kind=Account.Kind.RESIDENT, holder=str(resident.handle), unit=Unit.POINTS))


def test_a_check_in_from_the_label_to_the_benefit(phone, deliver, anna, library_visits):
    beacon = a_beacon()
    label = scan(phone, label_url(beacon))
    assert check_in(phone, label).status_code == 401

    sign_in(phone, "anna")
    answer = check_in(phone, label).json()
    assert (answer["decision"], answer["score"], answer["place"]) == ("accepted", 100, beacon.place_id)
    # 10 for the visit and 25 of the programme, because of where it happened.
    assert answer["points"] == points_of(anna) == 35
    (grant,) = phone.get(f"/api/v1/decisions/{answer['benefit']}").json()["grants"]
    assert (grant["programme"], grant["points"]) == ("Library visits", 25)

    assert sorted(deliver()) == ["benefit.decided", "loyalty.checked-in"]
    day = PlaceDay.objects.get(place=beacon.place)
    assert (day.day, day.visits, day.people) == (clock.today(), 1, 1)

    replayed = check_in(phone, label, key="scan-2").json()
    assert (replayed["decision"], replayed["reasons"][0]["code"], replayed["points"]) == ("refused", "already-here", 0)
    assert points_of(anna) == 35


def test_a_label_copied_elsewhere_and_a_replaced_one_earn_nothing(phone, anna):
    sign_in(phone, "anna")
    beacon = a_beacon()
    label = scan(phone, label_url(beacon))

    copied = check_in(phone, label, at=north_of(LIBRARY, 5_000)).json()
    assert (copied["decision"], copied["reasons"][0]["code"]) == ("refused", "label-copied")
    assert copied["reasons"][0]["advice"] == (
        "You are far from the place of this label, so it may be a copy; scan the label at the place."
    )

    revoke_prints(beacon, actor="user:1", reason="peeled off")
    replaced = check_in(phone, label, key="scan-2")
    assert (replaced.status_code, replaced.json()["code"]) == (410, "label-revoked")
    assert points_of(anna) == 0


def test_the_heat_map_shows_a_place_once_five_people_were_there(phone):
    label = scan(phone, label_url(a_beacon()))
    for number in range(5):
        assert phone.get("/api/v1/check-ins/heat-map").json()["features"] == []
        username = f"visitor{number}"
        a_resident(user=a_user(username=username, password=PASSWORD))
        sign_in(phone, username)
        assert check_in(phone, label).json()["decision"] == "accepted"
        form = {"csrfmiddlewaretoken": phone.cookies["csrftoken"].value}
        assert phone.post("/sign-out/", form).status_code == 302
    (cell,) = phone.get("/api/v1/check-ins/heat-map").json()["features"]
    assert cell["properties"] == {"check_ins": 5, "people": 5}
