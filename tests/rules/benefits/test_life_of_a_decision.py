"""Any order of reserving, committing, voiding, returning and expiring, beside a plain account of it in Python."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from gis_platform.core import clock
from rules.benefits import services
from rules.benefits.errors import DecisionNotCommitted, LineReturned, MoveNotAllowed
from rules.benefits.models import Budget, Grant, Usage
from rules.engine.receipt import Line
from rules.ledger.models import Leg
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from tests.rules.benefits.programmes import MERCHANT, NOON, a_budget, a_case, a_programme, definition, put_in_force

BUDGET_CENTS = 3_000
CAPS = [
    {"code": "cents", "period": "day", "unit": "cents", "limit": 900},
    {"code": "units", "period": "day", "unit": "units", "limit": 12},
    {"code": "grants", "per": "programme", "period": "week", "unit": "grants", "limit": 10},
]
COUNTERS = [{"code": "rides", "counts": "units", "period": "day"}]
PEOPLE = ("anna", "ilze")
LIVE = ("reserved", "committed")

receipts = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 5)), min_size=1, max_size=3)


@dataclass
class Life:
    """What is known of a decision without asking the database."""

    decision: str
    person: str
    quantities: dict[str, int]
    status: str
    returned: Counter[str] = field(default_factory=Counter)


class Decisions(RuleBasedStateMachine):
    """Half price, two caps of a person and one of the programme, a counter, and a budget that runs dry."""

    def __init__(self) -> None:
        super().__init__()
        self.all = transaction.atomic()
        self.all.__enter__()
        programme = a_programme()
        effect = {"kind": "percent", "basis_points": 5_000}
        put_in_force(programme, definition(effect, caps=CAPS, counters=COUNTERS))
        a_budget(programme, BUDGET_CENTS)
        self.number, self.now, self.lives = 0, NOON, []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.all.__exit__(None, None, None)

    def key(self) -> str:
        self.number += 1
        return f"k{self.number}"

    @rule(person=st.sampled_from(PEOPLE), bought=receipts, mode=st.sampled_from(services.Mode))
    def decide(self, person, bought, mode):
        lines = tuple(
            Line(id=str(number), category="bus-ticket", amount_cents=cents, quantity=quantity)
            for number, (cents, quantity) in enumerate(bought)
        )
        with clock.frozen(self.now):
            answer = services.decide(a_case(person, lines=lines, at=self.now), key=self.key(), mode=mode)
        # Half of a line, half a cent up, is the most that it can be.
        assert all(0 <= answer.cents_by_line[line.id] <= (line.amount_cents + 1) // 2 for line in lines)
        assert sum(answer.cents_by_line.values()) == answer.discount_cents
        quantities = {line.id: line.quantity for line in lines}
        self.lives.append(Life(answer.decision, person, quantities, answer.status))

    @precondition(lambda self: self.lives)
    @rule(which=st.integers(0, 99), verb=st.sampled_from(("commit", "void")))
    def move(self, which, verb):
        life = self.lives[which % len(self.lives)]
        to, allowed = {"commit": ("committed", LIVE[:1]), "void": ("voided", LIVE)}[verb]
        with clock.frozen(self.now):
            if life.status in allowed:
                assert getattr(services, verb)(life.decision, key=self.key(), actor="user:1") == to
                life.status = to
            else:
                with pytest.raises(MoveNotAllowed):
                    getattr(services, verb)(life.decision, key=self.key(), actor="user:1")

    @precondition(lambda self: self.lives)
    @rule(which=st.integers(0, 99), line=st.integers(0, 2), units=st.integers(1, 5))
    def give_back(self, which, line, units):
        life = self.lives[which % len(self.lives)]
        name = str(line % len(life.quantities))
        refusal = None if life.status == "committed" else DecisionNotCommitted
        if refusal is None and units > life.quantities[name] - life.returned[name]:
            refusal = LineReturned
        with clock.frozen(self.now):
            if refusal:
                with pytest.raises(refusal):
                    services.return_lines(life.decision, [(name, units)], key=self.key(), actor="user:1")
            else:
                services.return_lines(life.decision, [(name, units)], key=self.key(), actor="user:1")
                life.returned[name] += units

    @rule()
    def let_reservations_run_out(self):
        self.now += timedelta(minutes=16)
        with clock.frozen(self.now):
            services.expire_due()
        for life in self.lives:
            life.status = "expired" if life.status == "reserved" else life.status

    @invariant()
    def the_budget_has_what_live_decisions_hold(self):
        budget = Budget.objects.get()
        assert 0 <= budget.used_cents + budget.reserved_cents <= budget.limit_cents
        assert (budget.used_cents, budget.reserved_cents) == (held("committed"), held("reserved"))

    @invariant()
    def the_book_agrees_and_balances(self):
        connection.check_constraints()
        paid = balance(AccountKey(kind="merchant", holder=MERCHANT, unit="cents"))
        owed = balance(AccountKey(kind="programme", holder="trips", funder="city", unit="cents"))
        assert paid == -owed == Budget.objects.get().used_cents
        assert (Leg.objects.aggregate(sum=Sum("amount"))["sum"] or 0) == 0

    @invariant()
    def caps_and_counters_have_what_live_decisions_hold(self):
        for person in PEOPLE:
            live = [life for life in self.lives if life.person == person and life.status in LIVE]
            rides = sum(sum(life.quantities.values()) - life.returned.total() for life in live)
            assert used(person, "counter.rides") == rides
            assert used(person, "cents") == held(*LIVE, person=person) <= 900
            assert 0 <= used(person, "units") <= 12
        assert sum(Usage.objects.filter(code="grants").values_list("used", flat=True)) <= 10

    @invariant()
    def what_is_returned_whole_holds_nothing(self):
        for life in self.lives:
            if life.status == "committed" and life.returned == life.quantities:
                assert held("committed", decision=life.decision) == 0


def held(*statuses: str, person: str = "", decision: str = "") -> int:
    grants = Grant.objects.filter(decision__status__in=statuses)
    grants = grants.filter(decision__resident=person) if person else grants
    grants = grants.filter(decision=decision) if decision else grants
    return grants.aggregate(sum=Sum(F("cents") - F("returned_cents")))["sum"] or 0


def used(person: str, code: str) -> int:
    return sum(Usage.objects.filter(holder=f"resident:{person}", code=code).values_list("used", flat=True))


@pytest.mark.django_db
def test_whatever_happens_to_decisions_every_cent_is_accounted_for():
    few = settings(max_examples=15, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Decisions, settings=few)
