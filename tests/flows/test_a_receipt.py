"""Journey 1. A receipt: till, device key, schema, one transaction, answer; a retry gets the stored answer."""

import pytest
from django.db.models import Sum

from gis_platform.core import clock
from gis_platform.residents.services import issue_means
from rules.benefits.models import Budget, Decision
from rules.ledger.models import Leg
from tests.flows.steps import post, register, sign_in
from tests.people import PASSWORD, a_device, a_place, a_resident, a_user
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

CARD = {"kind": "library", "token": "JB-004711"}
TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 85}
COFFEE = {"id": "2", "category": "coffee", "amount_cents": 190}


@pytest.fixture
def anna():
    anna = a_resident(user=a_user(username="anna", password=PASSWORD))
    issue_means(anna, actor="user:1", **CARD)
    return anna


@pytest.fixture
def half_price_rides():
    programme = a_programme("rides", name_en="Rides at half price")
    written = definition(effect={"kind": "percent", "basis_points": 5_000})
    put_in_force(programme, written, first_day=clock.today())
    a_budget(programme)
    return programme


def test_a_receipt_from_the_till_to_the_explanation(phone, machine, deliver, anna, half_price_rides):
    key = register(machine, a_device("validator", place=a_place()))
    receipt = CARD | {"lines": [TICKET, COFFEE]}

    answer = post(machine, "/api/v1/decisions", receipt, Authorization=key, Idempotency_Key="receipt-1")
    assert answer.status_code == 200
    # Half of 0.85 is 42.5 cents, half a cent is rounded up: 43; the coffee is nobody's business.
    assert answer.json()["lines"] == [{"id": "1", "discount_cents": 43}, {"id": "2", "discount_cents": 0}]
    for secret in ("anna", "Anna", "half", "rides"):
        assert secret not in answer.content.decode()

    again = post(machine, "/api/v1/decisions", receipt, Authorization=key, Idempotency_Key="receipt-1")
    assert again.json() == answer.json()
    shorter = CARD | {"lines": [TICKET]}
    other = post(machine, "/api/v1/decisions", shorter, Authorization=key, Idempotency_Key="receipt-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")

    assert Decision.objects.count() == 1
    assert Leg.objects.aggregate(total=Sum("amount"))["total"] == 0
    assert sorted(Leg.objects.values_list("amount", flat=True)) == [-43, 43]
    assert deliver() == ["benefit.decided"]

    explanation = f"/api/v1/decisions/{answer.json()['decision']}"
    assert phone.get(explanation).status_code == 401
    sign_in(phone, "anna")
    (grant,) = phone.get(explanation).json()["grants"]
    assert (grant["programme"], grant["cents"]) == ("Rides at half price", 43)


def test_a_reservation_is_held_paid_and_partly_given_back(machine, deliver, anna, half_price_rides):
    key = register(machine, a_device("validator", place=a_place()))
    three = TICKET | {"id": "3", "amount_cents": 255, "quantity": 3}
    receipt = CARD | {"lines": [TICKET, three], "mode": "reserve"}

    def ask(path, body, request):
        return post(machine, path, body, Authorization=key, Idempotency_Key=request)

    held = ask("/api/v1/decisions", receipt, "receipt-1").json()
    # Half of 0.85 and of 2.55, half a cent up: 43 and 128. The budget holds them, and nothing is posted.
    assert (held["status"], held["discount_cents"]) == ("reserved", 171)
    assert money() == (171, 0, [])

    decision = f"/api/v1/decisions/{held['decision']}"
    assert ask(f"{decision}/returns", {"lines": [{"id": "3", "units": 1}]}, "too-early").status_code == 409
    for _ in range(2):  # the answer to the first was lost
        assert ask(f"{decision}/commit", {}, "commit-1").json()["status"] == "committed"
    assert money() == (0, 171, [-171, 171])

    for _ in range(2):
        back = ask(f"{decision}/returns", {"lines": [{"id": "3", "units": 1}]}, "return-1")
        # A third of 128 is 42.67: the merchant gives 42 back, the rest comes with the other units.
        assert (back.status_code, back.json()["cents"]) == (200, 42)
    assert money() == (0, 129, [-171, -42, 42, 171])


def money() -> tuple[int, int, list[int]]:
    """What the budget holds and has spent, and every leg of the ledger."""
    budget = Budget.objects.get()
    return budget.reserved_cents, budget.used_cents, sorted(Leg.objects.values_list("amount", flat=True))


def test_a_lost_card_stops_at_once_and_the_other_still_works(machine, anna, half_price_rides):
    key = register(machine, a_device("validator", place=a_place()))
    issue_means(anna, kind="nfc", token="04A21F5B", actor="user:1")
    sent = {"Authorization": key, "Idempotency_Key": "receipt-1"}
    from_nfc = {"kind": "nfc", "token": "04:A2:1F:5B", "lines": [TICKET]}

    clerk = a_user("clerk", username="clerk", password=PASSWORD, is_staff=True)
    desk = machine.__class__(headers={"Accept-Language": "en"})
    desk.force_login(clerk)
    lost = anna.means.get(kind="library")
    desk.post("/console/residents/means/", {"action": "block", "_selected_action": [lost.pk]})

    refused = post(machine, "/api/v1/decisions", CARD | {"lines": [TICKET]}, **sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "means-blocked")
    assert post(machine, "/api/v1/decisions", from_nfc, **sent).json()["discount_cents"] == 43
