"""Whatever is booked, closed, paid and sent back, in whatever order: the book, statements and files say one thing."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_platform.core import clock
from rules.ledger.models import BalanceSnapshot, Leg, Payment, Period, Run, Statement
from rules.ledger.queries import balance, balances_before, trial_balance
from rules.ledger.reconciliation.booking import bank_account
from rules.ledger.reconciliation.services import import_statements
from rules.ledger.settlement import periods, runs
from rules.ledger.settlement.errors import NothingToSettle, PeriodNotOver
from tests.people import a_user
from tests.rules.ledger.bank import execute
from tests.rules.ledger.bookings import OTHER_IBAN, a_merchant, account, grant

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
FAULTS = ("none", "missing", "doubled", "returned", "altered")

book = st.tuples(st.just("book"), st.integers(0, 2), st.integers(-200, 500).filter(bool), st.integers(0, 70))
wait = st.tuples(st.just("wait"), st.integers(1, 40))
settle = st.tuples(st.just("settle"), st.sampled_from(FAULTS))
histories = st.lists(st.one_of(book, book, wait, st.just(("close",)), settle), min_size=3, max_size=20)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories)
def test_the_book_statements_and_files_agree_after_any_history(history):
    with transaction.atomic():
        City().live(history)
        transaction.set_rollback(True)


class City:
    """Three merchants, one of them without an account, and a clock."""

    def __init__(self) -> None:
        self.at = START
        self.shops = [a_merchant("A"), a_merchant("B", iban=OTHER_IBAN), a_merchant("C", iban="")]
        self.clerks = a_user("clerk"), a_user("clerk")
        self.granted = [0, 0, 0]
        self.bank_cents = 0

    def live(self, history) -> None:
        for name, *values in history:
            with clock.frozen(self.at):
                getattr(self, name)(*values)
            self.check()

    def book(self, shop: int, cents: int, days_ago: int) -> None:
        grant(self.shops[shop], cents, clock.today() - timedelta(days=days_ago))
        self.granted[shop] += cents

    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    def close(self) -> None:
        if not Leg.objects.exists():
            return
        with suppress(PeriodNotOver):
            periods.complete(periods.close_next(by=self.clerks[0]).pk)

    def settle(self, fault: str) -> None:
        for period in Period.objects.order_by("days"):
            with suppress(NothingToSettle):
                run = runs.prepare(period, by=self.clerks[0])
                runs.approve(run.pk, by=self.clerks[1])
                self.tell(run, fault)
            with pytest.raises(NothingToSettle):  # a rerun pays nothing twice
                runs.prepare(period, by=self.clerks[0])

    def tell(self, run: Run, fault: str) -> None:
        """The bank's statement of the run, with a fault in its first line."""
        run.refresh_from_db()
        paper = execute(bytes(run.payment_file), number=f"S{run.pk}", day=clock.today())
        first, *rest = paper.lines
        lines = {
            "none": [first, *rest],
            "missing": rest,
            "doubled": [first, first, *rest],
            "returned": [first, *rest, type(first)(-first.cents, first.end_to_end_id, first.iban)],
            "altered": [type(first)(first.cents - 1, first.end_to_end_id, first.iban), *rest],
        }[fault]
        import_statements(paper.but(lines=tuple(lines)).xml(), by=self.clerks[0])
        self.bank_cents += sum(line.cents for line in lines)

    def check(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.check_sums()
        self.check_periods()
        self.check_payments()

    def check_sums(self) -> None:
        for line_sums in [trial_balance()]:
            assert sum(line.debit for line in line_sums) == sum(line.credit for line in line_sums)
        assert balances_before() == legs_before(None)
        assert balance(bank_account("LV48HABA0000435195001")) == -self.bank_cents

    def check_periods(self) -> None:
        for period in Period.objects.all():
            snapshot = dict(BalanceSnapshot.objects.filter(period=period).values_list("account", "balance"))
            assert snapshot == legs_before(period.days.upper) == balances_before(period.days.upper)
            for statement in Statement.objects.filter(period=period):
                assert statement.closing_cents == snapshot[statement.account_id]

    def check_payments(self) -> None:
        for run in Run.objects.filter(state="approved"):
            payments = list(run.payments.values_list("end_to_end_id", "amount_cents"))
            file = [(line.end_to_end_id, -line.cents) for line in execute(bytes(run.payment_file)).lines]
            assert sorted(file) == sorted(payments)
        for shop, granted in zip(self.shops, self.granted, strict=True):
            paid = Payment.objects.filter(run__state="approved", statement__account__holder=account(shop).holder)
            returned = Leg.objects.filter(
                account__holder=account(shop).holder, entry__kind="payment", entry__reference__startswith="bank-line"
            )
            out = (paid.aggregate(s=Sum("amount_cents"))["s"] or 0) - (returned.aggregate(s=Sum("amount"))["s"] or 0)
            assert balance(account(shop)) == granted - out


def legs_before(day: date | None) -> dict[int, int]:
    legs = Leg.objects.filter(entry__booked_on__lt=day) if day else Leg.objects.all()
    return dict(legs.order_by().values_list("account").annotate(s=Sum("amount")).values_list("account", "s"))
