"""Amounts here are worked out beside each case; the receipt is 10.00, 3.33 and two units at 0.85."""

import pytest

from rules.engine.deciding import decide
from rules.engine.errors import RuleError
from rules.engine.outcome import Verdict
from rules.engine.receipt import Line, read_receipt
from tests.rules.engine.programmes import AGE, SCHEMA, amount, lines, op, percent, programme, rule

MUSEUM = Line(id="1", category="museum", amount_cents=1_000)
BOOK = Line(id="2", category="book", amount_cents=333)
BUS = Line(id="3", category="bus", amount_cents=170, quantity=2)
POINTS = {"kind": "points", "points": 50}


def cap(unit: str, limit: int) -> dict[str, object]:
    return {"code": f"{unit}-cap", "period": "day", "unit": unit, "limit": limit}


def of(*programmes, receipt=(MUSEUM, BOOK, BUS), remaining=None, withheld=None, **facts):
    return decide(
        programmes,
        facts=SCHEMA.read({"trigger": "receipt"} | facts),
        receipt=read_receipt(receipt),
        remaining=remaining,
        withheld=withheld,
    )


def verdicts(outcome):
    return {f"{one.programme}/{one.rule}": one.verdict for one in outcome.explanations}


def test_percent_of_lines_rounds_each_line_half_up():
    # 15 % of 3.33 is 0.4995 -> 0.50; of 1.70 is 0.255 -> 0.26
    outcome = of(programme("p", rule(percent(1_500), target=lines("book", "bus"))))
    assert outcome.cents_by_line() == {"2": 50, "3": 26}


def test_percent_of_the_receipt_rounds_the_total_once_and_gives_the_rest_to_the_largest():
    # 15 % of 15.03 is 2.2545 -> 2.25; shares 149.70, 49.85, 25.45 -> 150, 50, 25 = 225
    assert of(programme("p", rule(percent(1_500)))).cents_by_line() == {"1": 150, "2": 50, "3": 25}
    # three lines of 1 cent at 50 %: 1.5 -> 2 cents; shares 0.67 each -> 1, 1, 1, and one too many is the largest's
    three = [Line(id=name, category="x", amount_cents=1) for name in "abc"]
    assert of(programme("p", rule(percent(5_000))), receipt=three).cents_by_line() == {"b": 1, "c": 1}


def test_an_amount_is_shared_out_and_never_above_the_lines():
    assert of(programme("p", rule(amount(500), target=lines("book", "bus")))).total_cents == 503 - 3
    assert of(programme("p", rule(amount(5_000), target=lines("book", "bus")))).cents_by_line() == {"2": 333, "3": 170}


def test_a_fixed_price_is_per_unit_and_never_raises_a_price():
    price = {"kind": "fixed-price", "cents": 50}
    assert of(programme("p", rule(price, target=lines("bus")))).cents_by_line() == {"3": 70}  # 1.70 - 2 x 0.50
    dear = {"kind": "fixed-price", "cents": 90}
    outcome = of(programme("p", rule(dear, target=lines("bus"))))
    assert (outcome.grants, verdicts(outcome)) == ((), {"p/only": Verdict.NOTHING_TO_TAKE})


def test_best_gives_each_line_to_the_rule_that_takes_most_off_it():
    tenth, half = programme("a", rule(percent(1_000), target=lines("museum", "book"))), programme(
        "b", rule(percent(5_000), target=lines("museum"))
    )  # fmt: skip
    outcome = of(tenth, half)
    assert {(one.programme, one.line): one.cents for one in outcome.grants} == {("a", "2"): 33, ("b", "1"): 500}


def test_the_outranked_learn_by_whom():
    outcome = of(
        programme("a", rule(percent(1_000), target=lines("museum"))),
        programme("b", rule(percent(5_000), target=lines("museum"))),
    )
    loser = outcome.explanations[0]
    assert (loser.verdict, loser.by) == (Verdict.OUTRANKED, ("b/only",))


def test_first_goes_by_priority_though_it_gives_less():
    outcome = of(
        programme("a", rule(percent(5_000), mode="first", priority=20)),
        programme("b", rule(percent(1_000), mode="first", priority=10)),
    )
    assert outcome.cents_by_programme() == {"b": 150}  # 10 % of 15.03


def test_all_stacks_up_to_the_line():
    outcome = of(
        programme("a", rule(percent(8_000), mode="all", target=lines("bus"))),
        programme("b", rule(percent(8_000), mode="all", target=lines("bus"))),
    )
    assert outcome.cents_by_programme() == {"a": 136, "b": 34}


def test_groups_stack_and_never_exceed_the_line():
    outcome = of(
        programme("a", rule(percent(8_000), group="one", target=lines("bus"))),
        programme("b", rule(percent(8_000), group="two", target=lines("bus"))),
    )
    assert outcome.cents_by_programme() == {"a": 136, "b": 34}


def test_points_need_no_receipt():
    outcome = of(programme("p", rule(POINTS), triggers=["check-in"]), receipt=(), trigger="check-in")
    assert (outcome.total_points, outcome.total_cents) == (50, 0)


def test_another_trigger_is_passed_over():
    assert of(programme("p", rule(POINTS), triggers=["check-in"])).explanations == ()


def test_a_condition_that_is_unknown_grants_nothing():
    outcome = of(programme("p", rule(percent(10_000)), when=op(">=", AGE, 62)))
    assert (outcome.total_cents, verdicts(outcome)) == (0, {"p/only": Verdict.NOT_MATCHED})


def test_a_cap_on_units_cuts_a_line():
    free = programme("p", rule(percent(10_000), target=lines("bus")), caps=[cap("units", 4)])
    outcome = of(free, remaining={("p", "units-cap"): 1})
    assert (outcome.total_cents, outcome.usage) == (85, {("p", "units-cap"): 1})
    assert (outcome.explanations[0].verdict, outcome.explanations[0].by) == (Verdict.CAPPED, ("units-cap",))


def test_a_cap_on_cents_cuts_the_sum():
    outcome = of(programme("p", rule(percent(10_000)), caps=[cap("cents", 1_000)]))
    assert (outcome.total_cents, outcome.usage) == (1_000, {("p", "cents-cap"): 1_000})


def test_a_cap_on_points_cuts_them():
    outcome = of(programme("p", rule(POINTS), caps=[cap("points", 30)]))
    assert outcome.total_points == 30


def test_a_used_up_cap_lets_the_next_best_rule_in():
    outcome = of(
        programme("free", rule(percent(10_000), target=lines("bus")), caps=[cap("grants", 1)]),
        programme("half", rule(percent(5_000), target=lines("bus"))),
        remaining={("free", "grants-cap"): 0},
    )
    assert outcome.cents_by_programme() == {"half": 85}
    assert verdicts(outcome)["free/only"] is Verdict.CAP_EXHAUSTED


def test_a_withheld_programme_lets_the_next_best_rule_in():
    outcome = of(
        programme("free", rule(percent(10_000), target=lines("bus"))),
        programme("half", rule(percent(5_000), target=lines("bus"))),
        withheld={"free": "budget-exhausted"},
    )
    assert outcome.cents_by_programme() == {"half": 85}
    assert outcome.explanations[0].by == ("budget-exhausted",)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ([BUS, BUS], "lines.3"),
        ([Line(id="9", category="x", amount_cents=-1)], "lines.9.amount_cents"),
        ([Line(id="9", category="x", amount_cents=1, quantity=0)], "lines.9.quantity"),
        ([Line(id=str(n), category="x", amount_cents=1) for n in range(501)], "lines"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(bad, field):
    with pytest.raises(RuleError) as refused:
        read_receipt(bad)
    assert refused.value.field == field
