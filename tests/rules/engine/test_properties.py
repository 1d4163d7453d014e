"""What holds for every receipt and every set of rules."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine.deciding import decide
from rules.engine.receipt import read_receipt
from rules.engine.rounding import share_out
from tests.rules.engine.definitions import COUNTERS, programmes, receipts
from tests.rules.engine.programmes import SCHEMA

FACTS = SCHEMA.read({"trigger": "receipt", "age": 5})
counters = st.dictionaries(
    st.tuples(st.sampled_from(["p0", "p1"]), st.sampled_from([one["code"] for one in COUNTERS])), st.integers(0, 900)
)


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts(), counters)
def test_amounts_are_between_nothing_and_the_line_and_add_up(some, receipt, counted):
    outcome = decide(some, facts=FACTS, receipt=receipt, counters=counted)
    amounts = {line.id: line.amount_cents for line in receipt.lines}
    quantities = {line.id: line.quantity for line in receipt.lines}
    assert all(grant.cents > 0 and 0 < grant.units <= quantities[grant.line] for grant in outcome.grants)
    assert all(grant.points > 0 for grant in outcome.points)
    assert all(cents <= amounts[line] for line, cents in outcome.cents_by_line().items())
    assert sum(outcome.cents_by_line().values()) == sum(outcome.cents_by_programme().values()) == outcome.total_cents
    assert sum(one.cents for one in outcome.explanations) == outcome.total_cents
    assert sum(one.points for one in outcome.explanations) == outcome.total_points
    assert sum(one.voucher_cents for one in outcome.explanations) == sum(one.cents for one in outcome.vouchers)


@settings(max_examples=100, deadline=None)
@given(programmes(), receipts(), counters)
def test_counters_get_what_is_on_the_receipt(some, receipt, counted):
    outcome = decide(some, facts=FACTS, receipt=receipt, counters=counted)
    off = outcome.cents_by_line()
    paid = {line.id: line.amount_cents - off.get(line.id, 0) for line in receipt.lines}
    expected = {
        "rides": sum(line.quantity for line in receipt.lines if line.category == "bus"),
        "paid": sum(paid.values()),
        "visits": 1,
        "months": sum(paid[line.id] for line in receipt.lines if line.category in ("bus", "milk")),
    }
    wanted = {(one.code, code): number for one in some for code, number in expected.items() if number}
    assert outcome.counted == wanted


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts(), counters)
def test_no_cap_is_exceeded(some, receipt, counted):
    outcome = decide(some, facts=FACTS, receipt=receipt, counters=counted)
    limits = {(one.code, cap.code): cap.limit for one in some for cap in one.caps}
    assert all(0 < used <= limits[key] for key, used in outcome.usage.items())
    for one in some:
        used = used_by(outcome, one.code)
        assert all(used[cap.unit] <= cap.limit for cap in one.caps)


def used_by(outcome, programme):
    """Worked out from the grants alone, so that a cap that is not booked is looked at too."""
    units = {}
    for grant in outcome.grants:
        if grant.programme == programme:
            units[grant.line] = max(grant.units, units.get(grant.line, 0))
    given = [one for one in (*outcome.grants, *outcome.points, *outcome.vouchers) if one.programme == programme]
    return {
        "grants": int(bool(given)),
        "units": sum(units.values()),
        "cents": outcome.cents_by_programme().get(programme, 0),
        "points": outcome.points_by_programme().get(programme, 0),
    }


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts(), counters, st.randoms(use_true_random=False))
def test_shuffles_are_identical(some, receipt, counted, random):
    once = decide(some, facts=FACTS, receipt=receipt, counters=counted)
    random.shuffle(some)
    shuffled = [replace(one, rules=tuple(random.sample(one.rules, len(one.rules)))) for one in some]
    lines = read_receipt(random.sample(receipt.lines, len(receipt.lines)))
    assert decide(shuffled, facts=FACTS, receipt=lines, counters=counted) == once


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts(), counters)
def test_a_line_is_used_once_in_a_group_that_chooses(some, receipt, counted):
    outcome = decide(some, facts=FACTS, receipt=receipt, counters=counted)
    group_of = {rule.key: rule.form.group for one in some for rule in one.rules}
    used = [
        (grant.line, group_of[grant.programme, grant.rule].code)
        for grant in outcome.grants
        if group_of[grant.programme, grant.rule].mode != "all"
    ]
    assert len(used) == len(set(used))


@given(st.integers(0, 10_000), st.lists(st.integers(0, 3_000), max_size=12))
def test_shares_sum_to_the_total_and_stay_inside_their_amounts(total, amounts):
    named = {str(place): amount for place, amount in enumerate(amounts)}
    parts = share_out(total, named)
    assert sum(parts.values()) == min(total, sum(amounts))
    assert all(0 <= parts[key] <= named[key] for key in named)
