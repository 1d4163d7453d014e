"""A voucher from its issue to its end: the money is set aside, taken once, and the rest comes back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from gis_platform.core import clock
from gis_platform.core.idempotency import KeyReused
from gis_platform.core.models import AuditEntry
from rules.benefits import jobs, services, vouchers
from rules.benefits.limits import BudgetRefused
from rules.benefits.models import Budget, Decision, Redemption, Voucher
from rules.ledger.models import Entry, Leg
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey, Posting, post
from tests.people import a_device, a_place
from tests.rules.benefits.issuing import ISSUED_AT, a_voucher, offered, sent
from tests.rules.benefits.programmes import a_budget, a_case, a_programme, put_in_force

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PAIR = (("merchant:1", -1), ("merchant:2", 1))
LATER = ISSUED_AT + 2 * DAY  # when the till is online again


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(ISSUED_AT):
        yield


@pytest.fixture
def meals():
    programme = a_programme("meals")
    a_budget(programme, 1_000)
    return programme


@pytest.fixture
def till():
    return a_device("till", place=a_place())


def used() -> int:
    return Budget.objects.get().used_cents


def paid(till) -> int:
    return balance(AccountKey(kind="merchant", holder=f"place:{till.place_id}", unit="cents"))


class TestIssue:
    def test_its_budget_is_set_aside_at_once(self, meals):
        a_voucher(meals, 300)
        assert (used(), Entry.objects.count()) == (300, 0)

    def test_no_more_vouchers_than_the_budget_can_pay(self, meals):
        for _ in range(3):
            a_voucher(meals, 300)
        with pytest.raises(BudgetRefused) as refused:
            a_voucher(meals, 101)
        assert (refused.value.reason, used(), Voucher.objects.count()) == ("budget-exhausted", 900, 3)
        a_voucher(meals, 100)
        assert used() == 1_000

    def test_without_a_budget_there_is_none(self):
        with pytest.raises(BudgetRefused, match="no-budget") as refused:
            a_voucher(a_programme("meals"))
        assert refused.value.reason == "no-budget"

    def test_one_cause_issues_one(self, meals):
        a_voucher(meals, origin="decision:1/meal")
        with pytest.raises(IntegrityError, match="benefits_voucher_is_issued_once"), transaction.atomic():
            a_voucher(meals, origin="decision:1/meal")

    @pytest.mark.parametrize("days", [0, -1, 3_661])
    def test_it_is_valid_for_a_day_to_ten_years(self, meals, days):
        with pytest.raises(ValueError, match="1 to 3660 days"):
            a_voucher(meals, valid_days=days)


class TestOfADecision:
    @pytest.fixture
    def school_start(self):
        rule = {
            "id": "bag",
            "effect": {"kind": "voucher", "cents": 300, "valid_days": 60, "categories": ["stationery"]},
            "group": {"code": "school-start", "mode": "all"},
        }
        programme = a_programme("school-start")
        put_in_force(programme, {"format": 1, "triggers": ["receipt"], "rules": [rule]})
        return programme

    def decided(self):
        return Decision.objects.get(pk=services.decide(a_case("anna"), key="1").decision)

    def test_it_is_issued_once_however_often_it_is_told(self, school_start):
        a_budget(school_start, 1_000)
        decision = self.decided()
        for _ in range(2):
            jobs.on_decision(str(decision.pk))
        voucher = Voucher.objects.get()
        assert (voucher.holder, voucher.cents, voucher.categories) == ("resident:anna", 300, ["stationery"])
        assert voucher.expires_at - voucher.issued_at == 60 * DAY
        assert used() == 300

    def test_without_money_there_is_none_and_that_is_on_record(self, school_start):
        a_budget(school_start, 299)
        jobs.on_decision(str(self.decided().pk))
        assert not Voucher.objects.exists()
        assert AuditEntry.objects.get(action="benefits.voucher-refused").data["reason"] == "budget-exhausted"


class TestRedeem:
    def test_the_merchant_is_paid_and_what_was_not_needed_is_free_again(self, meals, till):
        voucher = a_voucher(meals, 300)
        with clock.frozen(LATER):
            (settled,) = sent(till, offered(voucher, 250))
        assert (settled.outcome, settled.paid_cents, settled.loss_cents, settled.loss_owner) == ("accepted", 250, 0, "")
        assert (used(), paid(till)) == (250, 250)  # 300 were set aside, 50 came back
        assert sorted(Leg.objects.values_list("amount", flat=True)) == [-250, 250]
        voucher.refresh_from_db()
        assert (voucher.status, voucher.redeemed_cents) == ("redeemed", 250)

    def test_sent_again_it_is_answered_again_and_paid_once(self, meals, till):
        one = offered(a_voucher(meals))
        assert sent(till, one) == sent(till, one)
        assert (Redemption.objects.count(), paid(till)) == (1, 250)

    def test_a_number_that_came_with_another_amount_is_a_conflict(self, meals, till):
        voucher = a_voucher(meals)
        sent(till, offered(voucher, 250))
        with pytest.raises(KeyReused):
            sent(till, offered(voucher, 251))

    def test_of_two_tills_the_second_to_send_it_bears_the_loss(self, meals, till):
        other = a_device("till", place=a_place())
        voucher = a_voucher(meals)
        sent(till, offered(voucher, 250, used_at=ISSUED_AT))
        # Its clock says that it was first, but a clock can be set.
        (second,) = sent(other, offered(voucher, 200, used_at=ISSUED_AT - timedelta(minutes=4)))
        assert (second.outcome, second.loss_cents) == ("doubled", 200)
        assert second.loss_owner == f"place:{other.place_id}"
        assert (paid(till), paid(other), used()) == (250, 0, 250)

    def test_one_till_that_sends_it_twice_under_two_numbers_is_paid_once(self, meals, till):
        voucher = a_voucher(meals)
        outcomes = [one.outcome for one in sent(till, offered(voucher, key="1"), offered(voucher, key="2"))]
        assert (outcomes, paid(till)) == (["accepted", "doubled"], 250)

    def test_in_a_batch_each_is_settled_on_its_own(self, meals, till):
        good, forged = a_voucher(meals), a_voucher(meals)
        all_settled = sent(till, offered(forged, key="1", token="x.y.z"), offered(good, key="2"))
        assert [one.outcome for one in all_settled] == ["forged", "accepted"]
        assert Redemption.objects.get(outcome="forged").voucher is None

    def test_one_that_is_signed_but_not_on_the_books_is_not_paid(self, meals, till):
        voucher = a_voucher(meals)
        token = vouchers.token_of(voucher)
        voucher.delete()
        assert sent(till, offered(voucher, token=token))[0].outcome == "forged"

    @pytest.mark.parametrize(
        ("cents", "used_at", "now", "outcome"),
        [
            (300, ISSUED_AT, LATER, "accepted"),
            (301, ISSUED_AT, LATER, "above-amount"),
            (250, ISSUED_AT - timedelta(minutes=5), LATER, "accepted"),  # the till's clock may be five minutes off
            (250, ISSUED_AT - timedelta(minutes=6), LATER, "implausible-time"),
            (250, LATER + timedelta(minutes=5), LATER, "accepted"),
            (250, LATER + timedelta(minutes=6), LATER, "implausible-time"),
            # Valid for seven days; what was used until then may come for three days more.
            (250, ISSUED_AT + 7 * DAY - timedelta(seconds=1), ISSUED_AT + 8 * DAY, "accepted"),
            (250, ISSUED_AT + 7 * DAY, ISSUED_AT + 8 * DAY, "expired"),
            (250, ISSUED_AT, ISSUED_AT + 10 * DAY - timedelta(seconds=1), "accepted"),
            (250, ISSUED_AT, ISSUED_AT + 10 * DAY, "too-late"),
        ],
    )
    def test_the_limits_of_amount_and_time(self, meals, till, cents, used_at, now, outcome):
        voucher = a_voucher(meals, 300)
        with clock.frozen(now):
            (settled,) = sent(till, offered(voucher, cents, used_at=used_at))
        assert settled.outcome == outcome
        assert settled.paid_cents + settled.loss_cents == cents
        assert paid(till) == (cents if outcome == "accepted" else 0)

    def test_one_that_is_bound_to_a_till_is_good_there_alone(self, meals, till):
        bound = a_voucher(meals, bound_to=till.actor, holder=till.actor)
        assert sent(a_device("till", place=a_place()), offered(bound))[0].outcome == "other-terminal"
        assert sent(till, offered(bound))[0].outcome == "accepted"


class TestExpiry:
    def test_its_money_is_free_once_nobody_can_send_it_any_more(self, meals):
        voucher = a_voucher(meals, 300)
        with clock.frozen(ISSUED_AT + 10 * DAY):
            assert (vouchers.expire_due(), used()) == (0, 300)
        with clock.frozen(ISSUED_AT + 10 * DAY + timedelta(seconds=1)):
            assert (vouchers.expire_due(), used()) == (1, 0)
            assert vouchers.expire_due() == 0
        voucher.refresh_from_db()
        assert voucher.status == "expired"

    def test_one_that_was_redeemed_stays_so(self, meals, till):
        sent(till, offered(a_voucher(meals)))
        with clock.frozen(ISSUED_AT + 30 * DAY):
            assert vouchers.expire_due() == 0
        assert used() == 250

    def test_its_holder_sees_it_end_on_time(self, meals):
        voucher = a_voucher(meals)
        assert vouchers.is_usable(voucher)
        with clock.frozen(voucher.expires_at):
            assert (vouchers.status_of(voucher), vouchers.is_usable(voucher)) == ("expired", False)

    def test_it_goes_back_to_the_budget_that_it_came_from(self, meals):
        with clock.frozen(datetime(2026, 12, 30, 9, 0, tzinfo=UTC)):
            a_voucher(meals, 300)
        Budget.objects.create(programme=meals, period=(date(2027, 1, 1), date(2028, 1, 1)), limit_cents=500)
        with clock.frozen(datetime(2027, 2, 1, 9, 0, tzinfo=UTC)):
            vouchers.expire_due()
        assert list(Budget.objects.order_by("period").values_list("used_cents", flat=True)) == [0, 0]


def test_the_database_pays_no_voucher_twice(meals, till):
    """Even were the service to forget: a second accepted use of a voucher cannot be stored."""
    voucher = a_voucher(meals)
    sent(till, offered(voucher))
    (first,) = Redemption.objects.all()
    second = Redemption(**{f.attname: getattr(first, f.attname) for f in Redemption._meta.concrete_fields})
    second.pk, second.key, second.entry_id = None, "2", None
    with pytest.raises(IntegrityError, match="benefits_redemption_that_pays_is_booked"), transaction.atomic():
        second.save()
    legs = [Posting(AccountKey(kind="merchant", holder=name, unit="cents"), amount) for name, amount in PAIR]
    second.entry = post("voucher", reference="another", effective_on=LATER.date(), postings=legs)
    with pytest.raises(IntegrityError, match="benefits_voucher_is_paid_once"), transaction.atomic():
        second.save()


def test_the_same_voucher_is_always_the_same_text(meals):
    voucher = a_voucher(meals)
    assert vouchers.token_of(voucher) == vouchers.token_of(Voucher.objects.get(pk=voucher.pk))
