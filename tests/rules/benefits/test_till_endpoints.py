"""The till's side over HTTP: reserve, commit, void, return, and every refusal with what to change."""

import json
from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.devices import services as devices
from gis_platform.devices.models import Device
from gis_platform.residents.services import mint_means
from rules.benefits.models import Decision
from tests.people import a_device, a_place, a_resident, device_header
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 85}
DECISIONS = "/api/v1/decisions"


@pytest.fixture
def token() -> str:
    return mint_means(a_resident(), kind="qr", actor="user:1")[1]


@pytest.fixture
def till():
    caps = [{"code": "trips", "period": "day", "unit": "units", "limit": 4}]
    programme = a_programme()
    put_in_force(programme, definition(caps=caps))
    a_budget(programme)
    return device_header(a_device("validator", place=a_place()))


def send(client, till, path, body, *, key="k1"):
    return client.post(path, json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key, **till)


def ask(client, till, token, *, key="k1", **parts):
    return send(client, till, DECISIONS, {"kind": "qr", "token": token, "lines": [TICKET]} | parts, key=key)


def refused(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]
    return response.status_code, response.json()["code"]


def test_a_reservation_is_committed_and_a_second_commit_is_told_so(client, till, token):
    answer = ask(client, till, token, mode="reserve").json()
    assert (answer["status"], answer["remaining"]) == ("reserved", [{"unit": "units", "period": "day", "left": 3}])
    assert answer["reserved_until"] is not None
    commit = f"{DECISIONS}/{answer['decision']}/commit"
    assert send(client, till, commit, {}, key="c1").json()["status"] == "committed"
    assert send(client, till, commit, {}, key="c1").json()["status"] == "committed"
    assert refused(send(client, till, commit, {}, key="c2")) == (409, "already-committed")


def test_lines_are_returned_and_the_rest_is_voided(client, till, token):
    two = [TICKET, TICKET | {"id": "2", "amount_cents": 170, "quantity": 2}]
    decision = ask(client, till, token, lines=two).json()["decision"]
    returns = f"{DECISIONS}/{decision}/returns"
    back = send(client, till, returns, {"lines": [{"id": "2", "units": 1}]}).json()
    assert back == {"decision": decision, "cents": 85, "lines": [{"id": "2", "discount_cents": 85}]}
    too_many = send(client, till, returns, {"lines": [{"id": "2", "units": 2}]}, key="k2")
    assert (refused(too_many), too_many.json()["units_left"]) == ((409, "line-already-returned"), 1)
    assert send(client, till, f"{DECISIONS}/{decision}/void", {}).json()["status"] == "voided"


@pytest.mark.parametrize("path", ["commit", "void", "returns"])
def test_another_merchants_decision_is_unknown_here(client, till, token, path):
    decision = ask(client, till, token, mode="reserve").json()["decision"]
    other = device_header(a_device("till", place=a_place()))
    body = {"lines": [{"id": "1", "units": 1}]}
    assert refused(send(client, other, f"{DECISIONS}/{decision}/{path}", body)) == (404, "decision-unknown")
    assert Decision.objects.get().status == "reserved"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"total_cents": 86}, "total-differs"),
        ({"currency": "LVL"}, "currency-unknown"),
        ({"mode": "perhaps"}, "invalid-input"),
        ({"purchased_at": "2026-09-01T12:00:00"}, "invalid-input"),  # it does not say its zone
        ({"lines": [TICKET | {"quantity": -1}]}, "invalid-input"),
        ({"lines": [TICKET | {"gtin": "4750000000001"}]}, "case-refused"),  # its check digit would be 4
    ],
)
def test_what_does_not_add_up_is_refused_and_nothing_is_booked(client, till, token, changes, code):
    assert refused(ask(client, till, token, **changes)) == (400, code)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("off", "code"),
    [(timedelta(minutes=3), "purchase-in-future"), (timedelta(hours=-25), "purchase-too-old")],
)
def test_a_purchase_is_of_now_or_of_the_last_day(client, till, token, off, code):
    assert refused(ask(client, till, token, purchased_at=(clock.now() + off).isoformat())) == (400, code)
    sent_late = (clock.now() - timedelta(hours=23)).isoformat()
    assert ask(client, till, token, purchased_at=sent_late).status_code == 200


def test_an_unknown_or_revoked_terminal_books_nothing(client, till, token):
    stranger = {"HTTP_AUTHORIZATION": "Device device_00000000_nobody"}
    assert refused(ask(client, stranger, token)) == (401, "credentials-refused")
    devices.revoke(Device.objects.get(), actor="user:1")
    assert refused(ask(client, till, token)) == (401, "credentials-refused")
    assert not Decision.objects.exists()


def test_a_key_with_another_mode_is_another_request(client, till, token):
    ask(client, till, token, mode="reserve")
    assert refused(ask(client, till, token)) == (409, "idempotency-key-reused")
    assert Decision.objects.count() == 1
