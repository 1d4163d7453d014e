"""What an author is warned of before a programme goes live: only what is proved."""

from datetime import date

import pytest

from rules.benefits import conflicts
from rules.benefits.conflicts.warning import Kind, Warned
from tests.rules.benefits.test_conflicts import PUPIL, YOUNG, dated, fact, op, rule

FIRST = {"code": "transport", "mode": "first"}


def percent(basis_points):
    return {"kind": "percent", "basis_points": basis_points}


def kinds(subject, others=()):
    return {one.kind: one for one in conflicts.warnings(subject, others)}


def test_a_rule_that_never_matches_is_named():
    never = rule("never", when=op("and", YOUNG, op(">", fact("resident.age"), 20)))
    assert kinds(dated("one", never))[Kind.NEVER_MATCHES] == Warned(Kind.NEVER_MATCHES, "never")


def test_so_is_one_that_the_programmes_own_condition_rules_out():
    subject = dated("one", rule("never", when=op("=", fact("weekday"), 7)), when=op("<=", fact("weekday"), 5))
    assert Kind.NEVER_MATCHES in kinds(subject)


def test_a_rule_that_can_match_is_not():
    assert Kind.NEVER_MATCHES not in kinds(dated("one", rule(when=YOUNG)))


@pytest.mark.parametrize("group", [FIRST, {"code": "transport", "mode": "best"}])
def test_a_rule_is_always_outranked_by_a_better_one_with_fewer_conditions(group):
    less = rule("less", when=op("and", PUPIL, YOUNG), effect=percent(3_000), group=group)
    more = rule("more", when=PUPIL, effect=percent(5_000), group=group, priority=1)
    warned = kinds(dated("one", less, more))
    assert warned[Kind.ALWAYS_OUTRANKED] == Warned(Kind.ALWAYS_OUTRANKED, "less", "one/more")


@pytest.mark.parametrize(
    "rival",
    [
        rule("more", when=PUPIL, effect=percent(2_000)),  # gives less
        rule("more", when=op("=", fact("resident.district"), "north"), effect=percent(5_000)),  # holds elsewhere
        rule("more", effect=percent(5_000), target={"kind": "lines", "categories": ["coffee"]}),  # other goods
        rule("more", effect={"kind": "amount", "cents": 500}),  # depends on the price
        rule("more", effect=percent(5_000), group={"code": "meals", "mode": "best"}),  # another group
        rule("more", when=op("not", op("isNull", fact("resident.district"))), effect=percent(5_000)),
    ],
)
def test_it_is_not_where_that_is_not_proved(rival):
    subject = dated("one", rule("less", when=op("and", PUPIL, YOUNG), effect=percent(3_000)), rival)
    assert Kind.ALWAYS_OUTRANKED not in kinds(subject)


def test_a_rival_that_ends_earlier_does_not_always_come_first():
    rival = dated("two", rule(effect=percent(9_000)), end_day=date(2026, 12, 1))
    assert Kind.ALWAYS_OUTRANKED not in kinds(dated("one", rule()), [rival])
    assert Kind.ALWAYS_OUTRANKED in kinds(dated("one", rule()), [dated("two", rule(effect=percent(9_000)))])


def test_a_group_of_one_is_named_until_somebody_joins_it():
    assert kinds(dated("one", rule()))[Kind.GROUP_OF_ONE] == Warned(Kind.GROUP_OF_ONE, "only", "transport")
    assert Kind.GROUP_OF_ONE not in kinds(dated("one", rule()), [dated("two", rule())])


def cap(code, period, limit, **parts):
    return {"code": code, "period": period, "unit": "units", "limit": limit} | parts


@pytest.mark.parametrize(
    ("caps", "named"),
    [
        ([cap("day", "day", 20), cap("month", "month", 20)], "day"),  # 20 in one day already use up the month
        ([cap("day", "day", 4), cap("month", "month", 20)], None),
        ([cap("a", "day", 4), cap("b", "day", 3)], "a"),
        ([cap("week", "week", 20), cap("month", "month", 20)], None),  # a week in two months may have 40
        ([cap("day", "day", 20), cap("month", "month", 20, per="household")], None),
    ],
)
def test_a_cap_that_another_one_always_reaches_first_is_named(caps, named):
    warned = kinds(dated("one", rule(), caps=caps)).get(Kind.CAP_NEVER_BITES)
    assert (warned.about if warned else None) == named
