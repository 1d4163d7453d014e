"""What holds for every receipt and every set of rules."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine.deciding import decide
from rules.engine.definition import read_definition
from rules.engine.receipt import Line, read_receipt
from rules.engine.rounding import share_out
from tests.rules.engine.programmes import SCHEMA, definition

FACTS = SCHEMA.read({"trigger": "receipt"})
MODES = {"a": "best", "b": "all", "c": "first"}
PERIOD = {"period": "day"}

effects = st.one_of(
    st.builds(lambda part: {"kind": "percent", "basis_points": part}, st.integers(1, 10_000)),
    st.builds(lambda cents: {"kind": "amount", "cents": cents}, st.integers(1, 3_000)),
    st.builds(lambda cents: {"kind": "fixed-price", "cents": cents}, st.integers(0, 300)),
)
targets = st.one_of(
    st.just({"kind": "receipt"}),
    st.builds(lambda some: {"kind": "lines", "categories": sorted(some)}, st.sets(st.sampled_from("xyz"), min_size=1)),
)
groups = st.sampled_from(sorted(MODES)).map(lambda code: {"code": code, "mode": MODES[code]})
rules = st.fixed_dictionaries({"effect": effects, "target": targets, "group": groups, "priority": st.integers(0, 3)})
caps = st.fixed_dictionaries({"unit": st.sampled_from(["units", "cents", "grants"]), "limit": st.integers(1, 900)})


@st.composite
def programmes(draw):
    found = []
    for place in range(draw(st.integers(1, 5))):
        written = [
            rule | {"id": f"r{number}"} for number, rule in enumerate(draw(st.lists(rules, min_size=1, max_size=3)))
        ]
        capped = [cap | PERIOD | {"code": f"c{number}"} for number, cap in enumerate(draw(st.lists(caps, max_size=2)))]
        found.append(read_definition(f"p{place}", definition(*written, caps=capped), SCHEMA))
    return found


@st.composite
def receipts(draw):
    return [
        Line(
            id=str(place),
            category=draw(st.sampled_from("xyzw")),
            amount_cents=draw(st.integers(0, 2_000)),
            quantity=draw(st.integers(1, 5)),
        )
        for place in range(draw(st.integers(0, 8)))
    ]


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts())
def test_amounts_are_between_nothing_and_the_line_and_add_up(some, lines):
    outcome = decide(some, facts=FACTS, receipt=read_receipt(lines))
    amounts = {line.id: line.amount_cents for line in lines}
    assert all(grant.cents > 0 for grant in outcome.grants)
    assert all(cents <= amounts[line] for line, cents in outcome.cents_by_line().items())
    assert sum(outcome.cents_by_line().values()) == sum(outcome.cents_by_programme().values()) == outcome.total_cents
    assert sum(one.cents for one in outcome.explanations) == outcome.total_cents


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts())
def test_no_cap_is_exceeded(some, lines):
    outcome = decide(some, facts=FACTS, receipt=read_receipt(lines))
    limits = {(one.code, cap.code): cap.limit for one in some for cap in one.caps}
    assert all(0 < used <= limits[key] for key, used in outcome.usage.items())
    spent = outcome.cents_by_programme()
    for one in some:
        for cap in one.caps:
            assert cap.unit != "cents" or spent.get(one.code, 0) <= cap.limit


@settings(max_examples=200, deadline=None)
@given(programmes(), receipts(), st.randoms(use_true_random=False))
def test_shuffles_are_identical(some, lines, random):
    once = decide(some, facts=FACTS, receipt=read_receipt(lines))
    random.shuffle(some)
    random.shuffle(lines)
    shuffled_rules = [type(one)(one.code, one.form, tuple(random.sample(one.rules, len(one.rules)))) for one in some]
    again = decide(shuffled_rules, facts=FACTS, receipt=read_receipt(lines))
    assert again == once


@settings(max_examples=100, deadline=None)
@given(programmes(), receipts())
def test_a_line_is_used_once_in_a_group_that_chooses(some, lines):
    outcome = decide(some, facts=FACTS, receipt=read_receipt(lines))
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
