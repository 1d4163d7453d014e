import json

import pytest

from gis_platform.identity.roles import Role
from gis_platform.residents.services import mint_means
from rules.benefits.models import Decision
from tests.people import a_device, a_place, a_resident, a_user, device_header
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 85}
DECISIONS = "/api/v1/decisions"
SHOWN = {"decision", "code", "status", "discount_cents", "lines", "remaining", "reserved_until"}


@pytest.fixture
def resident():
    return a_resident()


@pytest.fixture
def token(resident) -> str:
    return mint_means(resident, kind="qr", actor="user:1")[1]


@pytest.fixture
def till():
    """A validator at a place, while rides are free for the city's own people of 30 and more."""
    condition = {"op": ">=", "args": [{"property": "resident.age"}, 30]}
    programme = a_programme(name_lv="Braucieni", name_en="Rides")
    put_in_force(programme, definition(when=condition))
    a_budget(programme)
    return device_header(a_device("validator", place=a_place()))


def ask(client, till, token, *, key="k1", lines=(TICKET,), **parts):
    body = {"kind": "qr", "token": token, "lines": list(lines)} | parts
    headers = till | ({"HTTP_IDEMPOTENCY_KEY": key} if key else {})
    return client.post(DECISIONS, json.dumps(body), content_type="application/json", **headers)


def test_a_merchant_learns_an_amount_and_an_opaque_code(client, till, token):
    response = ask(client, till, token)
    answer = response.json()
    assert response.status_code == 200
    assert answer.keys() == SHOWN
    assert (answer["discount_cents"], answer["lines"]) == (85, [{"id": "1", "discount_cents": 85}])
    assert len(answer["code"]) == 10


def test_a_refused_discount_looks_the_same_and_tells_no_reason(client, till, token):
    answer = ask(client, till, token, lines=[TICKET | {"category": "coffee"}]).json()
    assert answer.keys() == SHOWN
    assert (answer["discount_cents"], answer["status"], answer["remaining"]) == (0, "committed", [])


def test_a_retry_gets_the_stored_answer(client, till, token):
    assert ask(client, till, token).json() == ask(client, till, token).json()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"key": None}, 400, "invalid-input"),
        ({"key": "k" * 201}, 400, "invalid-input"),
        ({"token": "nobody-has-this"}, 404, "means-unknown"),
        ({"token": "4111111111111111"}, 400, "card-number-refused"),
        ({"lines": []}, 400, "invalid-input"),
        ({"lines": [TICKET, TICKET]}, 400, "case-refused"),
        ({"lines": [TICKET | {"amount_cents": -85}]}, 400, "invalid-input"),
        ({"lines": [TICKET | {"amount_cents": 8.5}]}, 400, "invalid-input"),
        ({"lines": [TICKET | {"quantity": 0}]}, 400, "invalid-input"),
        ({"lines": [TICKET] * 501}, 400, "invalid-input"),
    ],
)
def test_bad_input_is_named_and_nothing_is_booked(client, till, token, changes, status, code):
    response = ask(client, till, changes.pop("token", token), **changes)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert not Decision.objects.exists()


def test_a_key_with_another_receipt_is_a_conflict(client, till, token):
    ask(client, till, token)
    response = ask(client, till, token, lines=[TICKET | {"amount_cents": 90}])
    assert (response.status_code, response.json()["code"]) == (409, "idempotency-key-reused")


def test_it_asks_for_a_devices_key_and_a_till(client, token):
    assert ask(client, {}, token).status_code == 401
    assert ask(client, device_header(a_device("gateway")), token).status_code == 403


def explain(client, decision, user, **headers):
    client.force_login(user)
    return client.get(f"{DECISIONS}/{decision}", **headers)


def test_the_resident_reads_why_with_the_legal_basis(client, till, token, resident):
    decision = ask(client, till, token).json()["decision"]
    told = explain(client, decision, resident.user).json()
    assert told["sentences"] == ["Rides: granted €0.85."]
    assert [grant["legal_basis"] for grant in told["grants"]] == ["Binding regulations 1, 2025-12-18"]


def test_the_resident_reads_it_in_their_language(client, till, token, resident):
    decision = ask(client, till, token).json()["decision"]
    told = explain(client, decision, resident.user, HTTP_ACCEPT_LANGUAGE="lv").json()
    assert told["sentences"] == ["Braucieni: piešķirtais atvieglojums – 0,85\xa0€."]


def test_owner_and_clerk_read_it_and_nobody_else(client, till, token, resident):
    decision = ask(client, till, token).json()["decision"]
    assert explain(client, decision, resident.user).status_code == 200
    assert explain(client, decision, a_user(Role.CLERK)).status_code == 200
    assert explain(client, decision, a_resident().user).status_code == 404
    assert explain(client, decision, a_user(Role.PLANNER)).status_code == 404
    client.logout()
    assert client.get(f"{DECISIONS}/{decision}").status_code == 401
