"""A card at a reader checks in: at once, or later when the reader had no network."""

from datetime import timedelta

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.residents.services import block_means, issue_means
from rules.loyalty.models import CheckIn
from rules.loyalty.points import held
from tests.people import a_device, a_place, a_resident, device_header

pytestmark = pytest.mark.django_db
CARD = {"kind": "nfc", "token": "04A21F5B"}
AGO = timedelta(hours=5)


@pytest.fixture
def anna():
    anna = a_resident()
    issue_means(anna, actor="user:1", **CARD)
    return anna


@pytest.fixture
def desk():
    return a_device("library", place=a_place())


def client_of(device):
    return Client(headers={"Accept-Language": "en"}, **device_header(device))


def show_card(client, key="k-1"):
    headers = {"Idempotency-Key": key}
    return client.post("/api/v1/devices/check-ins", CARD, content_type="application/json", headers=headers)


def send_later(client, number=1, *, ago=AGO, data=CARD):
    entry = {"id": f"e-{number}", "kind": "check-in", "at": (clock.now() - ago).isoformat(), "data": data}
    sent = client.post("/api/v1/devices/entries", {"entries": [entry]}, content_type="application/json")
    return sent.json()["entries"][0]


def test_a_card_at_a_reader_checks_in_once_for_each_key(anna, desk):
    client = client_of(desk)
    first, again = show_card(client), show_card(client)
    assert (first.status_code, first.json()) == (201, {"decision": "accepted", "points": 10, "reasons": []})
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    assert held(anna.handle).points == 10
    assert show_card(client, "k-2").json()["reasons"][0]["code"] == "already-here"


def test_the_reader_learns_no_name(anna, desk):
    text = show_card(client_of(desk)).content.decode()
    assert not any(part in text for part in (anna.given_name, anna.family_name, str(anna.handle)))


def test_what_was_shown_without_a_network_counts_at_its_own_time_and_once(anna, desk):
    client = client_of(desk)
    first, again = send_later(client), send_later(client)
    assert (first["state"], first["answer"]["decision"]) == ("done", "accepted")
    assert again["code"] == "idempotency-key-reused"  # its time is part of it, and the clock has gone on
    (record,) = CheckIn.objects.all()
    assert abs(record.at - (clock.now() - AGO)) < timedelta(minutes=1)
    assert held(anna.handle).points == 10


@pytest.mark.parametrize(
    ("role", "place", "data", "code"),
    [
        ("clinic", True, CARD, "device-role-missing"),
        ("gateway", True, CARD, "device-role-missing"),
        ("library", False, CARD, "device-elsewhere"),
        ("library", True, {"kind": "nfc", "token": "04FFFFFF"}, "means-unknown"),
        ("library", True, {"kind": "nfc"}, "invalid-input"),
    ],
)
def test_each_wrong_thing_has_its_code(anna, role, place, data, code):
    device = a_device(role, place=a_place() if place else None)
    answer = send_later(client_of(device), data=data)
    assert (answer["state"], answer["code"]) == ("refused", code)
    assert not CheckIn.objects.exists()


def test_a_card_that_was_blocked_meanwhile_checks_nobody_in(anna, desk):
    block_means(anna.means.get(), actor="user:1")
    assert send_later(client_of(desk))["code"] == "means-blocked"
    assert show_card(client_of(desk)).json()["code"] == "means-blocked"
