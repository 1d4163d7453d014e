"""Returns of parts of a receipt, early and late."""

from datetime import UTC, date, datetime

import pytest

from gis_platform.core import clock
from rules.benefits import services, shares
from rules.benefits.errors import DecisionNotCommitted, LineReturned, LineUnknown
from rules.benefits.models import Budget, Grant, Return, Usage
from rules.engine.receipt import Line
from rules.ledger.models import Entry
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from tests.rules.benefits.programmes import MERCHANT, NOON, a_budget, a_case, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

LINES = (
    Line(id="1", category="bus-ticket", amount_cents=85, quantity=1),
    Line(id="2", category="bus-ticket", amount_cents=255, quantity=3),
    Line(id="3", category="coffee", amount_cents=190, quantity=1),
)
CAPS = [
    {"code": "trips", "period": "month", "unit": "units", "limit": 20},
    {"code": "receipts", "period": "month", "unit": "grants", "limit": 5},
]
POINTS = {
    "id": "points",
    "effect": {"kind": "points", "points": 53},
    "group": {"code": "loyalty", "mode": "all"},
}


@pytest.fixture
def sold() -> str:
    """Half of 0.85 is 42.5, half a cent up: 43; half of 2.55 is 127.5: 128; 53 points for 5.30 in all."""
    programme = a_programme()
    written = definition({"kind": "percent", "basis_points": 5_000}, caps=CAPS)
    written["rules"].append(POINTS)
    put_in_force(programme, written)
    a_budget(programme)
    with clock.frozen(NOON):
        answer = services.decide(a_case("anna", lines=LINES), key="k1")
    assert (answer.cents_by_line, answer.points) == ({"1": 43, "2": 128, "3": 0}, 53)
    return answer.decision


def give_back(decision: str, *lines: tuple[str, int], key: str = "r1") -> services.Returned:
    return services.return_lines(decision, lines, key=key, actor="device:1", merchant=MERCHANT)


def state() -> tuple[int, int, int, int, int]:
    """What the merchant is owed, the resident's points, the budget's use, the trips and the receipts."""
    used = dict(Usage.objects.values_list("code", "used"))
    points = balance(AccountKey(kind="resident", holder="anna", unit="points"))
    paid = balance(AccountKey(kind="merchant", holder=MERCHANT, unit="cents"))
    return paid, points, Budget.objects.get().used_cents, used["trips"], used["receipts"]


def test_one_of_three_lines_takes_back_its_own_part_and_nothing_else(sold):
    assert state() == (171, 53, 171, 4, 1)
    returned = give_back(sold, ("1", 1))
    # 85 of 530 cents came back: 53 * 85 / 530 = 8.5 points, of which whole ones go back.
    assert (returned.cents_by_line, returned.points) == ({"1": 43}, 8)
    assert state() == (128, 45, 128, 3, 1)
    assert dict(Grant.objects.exclude(cents=0).values_list("line", "returned_cents")) == {"1": 43, "2": 0}


def test_units_of_a_line_come_back_one_by_one_and_sum_to_the_line(sold):
    # A third of 128 is 42.67: rounded down in all, 42, 85, 128.
    cents = [give_back(sold, ("2", 1), key=f"r{n}").cents for n in range(3)]
    assert (cents, sum(cents)) == ([42, 43, 43], 128)
    assert state()[0] == 43


def test_everything_returned_leaves_nothing(sold):
    give_back(sold, ("1", 1), ("3", 1))
    give_back(sold, ("2", 3), key="r2")
    assert state() == (0, 0, 0, 0, 0)
    assert sum(Return.objects.values_list("points", flat=True)) == 53


def test_a_line_without_a_discount_takes_back_points_alone(sold):
    assert (give_back(sold, ("3", 1)).cents, state()[:2]) == (0, (171, 34))  # 53 * 190 / 530 = 19


def test_a_late_return_frees_its_own_period_and_posts_today(sold):
    with clock.frozen(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)):
        give_back(sold, ("1", 1))
    assert Entry.objects.get(kind="return").effective_on == date(2026, 11, 2)
    assert Usage.objects.get(code="trips").period_start == date(2026, 9, 1)
    assert state()[3] == 3


def test_a_void_takes_back_what_is_left(sold):
    give_back(sold, ("1", 1))
    services.void(sold, key="v1", actor="device:1", merchant=MERCHANT)
    assert state() == (0, 0, 0, 0, 0)
    with pytest.raises(DecisionNotCommitted):
        give_back(sold, ("2", 1), key="r2")


def test_the_same_key_returns_once(sold):
    assert give_back(sold, ("1", 1)) == give_back(sold, ("1", 1))
    assert Return.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [([("9", 1)], LineUnknown), ([("1", 2)], LineReturned), ([("2", 2), ("2", 2)], LineReturned)],
)
def test_what_was_not_bought_cannot_come_back(sold, lines, refusal):
    with pytest.raises(refusal):
        give_back(sold, *lines)
    assert state() == (171, 53, 171, 4, 1)


def test_a_returned_line_cannot_come_back_again(sold):
    give_back(sold, ("1", 1))
    with pytest.raises(LineReturned) as refused:
        give_back(sold, ("1", 1), key="r2")
    assert refused.value.data == {"line": "1", "units_left": 0}


def test_shares_without_weight_count_alike():
    parts = [("1", 0), ("2", 0)]
    assert shares.given_back(3, parts, {"1": (1, 1), "2": (0, 1)}) == 1
    assert shares.given_back(3, parts, {"1": (1, 1), "2": (1, 1)}) == 3
