from datetime import date

import pytest

from rules.benefits import services
from rules.benefits.models import Budget, Decision
from rules.benefits.replaying import replay
from tests.rules.benefits.programmes import a_case, definition, put_in_force, worked

pytestmark = pytest.mark.django_db


def test_a_decision_gives_the_same_cents_after_the_rules_the_caps_and_the_budget_have_changed():
    programme = worked("pupils-free-trips", limit_cents=450)
    case = a_case(groups=("pupil",), quantity=3)
    # 3 trips; 1 trip left of 4, and 195 cents left of 450; nothing, the cap being used up
    keys = ("k1", "k2", "k3")
    assert [services.decide(case, key=key).discount_cents for key in keys] == [255, 85, 0]
    put_in_force(programme, definition({"kind": "percent", "basis_points": 1_000}), first_day=date(2026, 10, 1))
    Budget.objects.update(limit_cents=340)
    for decision in Decision.objects.all():
        outcome = replay(decision)
        assert outcome.total_cents == decision.discount_cents
        assert {one.line: one.cents for one in outcome.grants} == {one.line: one.cents for one in decision.grants.all()}


def test_a_programme_that_had_no_money_then_gives_nothing_now():
    worked("pupils-free-trips", limit_cents=10)
    services.decide(a_case(groups=("pupil",)), key="k1")
    Budget.objects.update(limit_cents=1_000)
    assert replay(Decision.objects.get()).total_cents == 0
