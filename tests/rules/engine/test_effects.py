"""What each effect gives; the receipt is a book of 10.00, three rides at 1.15, two meals at 2.50."""

import pytest

from rules.engine.deciding import decide
from rules.engine.outcome import Verdict, VoucherGrant
from rules.engine.receipt import Line, read_receipt
from tests.rules.engine.programmes import SCHEMA, amount, fact, lines, op, percent, programme, rule

BOOK = Line(id="book", category="book", amount_cents=1_000, gtin="6291041500213")
RIDES = Line(id="rides", category="ride", amount_cents=345, quantity=3)
MEALS = Line(id="meals", category="meal", amount_cents=500, quantity=2)


def of(*programmes, receipt=(BOOK, RIDES, MEALS), counters=None, remaining=None, **facts):
    return decide(
        programmes,
        facts=SCHEMA.read({"trigger": "receipt"} | facts),
        receipt=read_receipt(receipt),
        counters=counters,
        remaining=remaining,
    )


def off(*rules, receipt=(BOOK, RIDES, MEALS), **parts):
    return of(programme("p", *rules, **parts), receipt=receipt).cents_by_line()


def test_an_amount_per_unit_is_never_above_the_unit():
    assert off(rule(amount(100) | {"per": "unit"}, target=lines("ride", "meal"))) == {"rides": 300, "meals": 200}
    assert off(rule(amount(200) | {"per": "unit"}, target=lines("ride"))) == {"rides": 345}


def test_a_percentage_stops_at_its_most():
    # 10 % of 10.00, 3.45 and 5.00 is 1.00 + 0.35 + 0.50; of 1.00 in all, the lines have 54.05, 18.92 and 27.03
    capped = percent(1_000) | {"cents_max": 100}
    assert off(rule(capped, target=lines("book", "ride", "meal"))) == {"book": 54, "rides": 19, "meals": 27}


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ({}, 52),  # 15 % of 3.45 is 0.5175
        ({"way": "down"}, 51),
        ({"way": "up"}, 52),
        ({"step_cents": 10}, 50),
        ({"step_cents": 10, "way": "up"}, 60),
        ({"step_cents": 5, "of": "unit-price"}, 45),  # 0.9775 -> 1.00 a ride
    ],
)
def test_rounding_is_stated(rounding, expected):
    assert off(rule(percent(1_500) | {"rounding": rounding}, target=lines("ride"))) == {"rides": expected}


def test_units_are_taken_in_the_order_of_the_target():
    # two of the five: the cheapest are rides at 1.15, the dearest are meals at 2.50
    target = lines("ride", "meal") | {"units_max": 2}
    assert off(rule(percent(10_000), target=target)) == {"rides": 230}
    assert off(rule(percent(10_000), target=target | {"order": "dearest"})) == {"meals": 500}


def test_too_few_units_are_nothing_to_take():
    outcome = of(programme("p", rule(percent(10_000), target=lines("ride") | {"units_min": 4})))
    assert (outcome.total_cents, outcome.explanations[0].verdict) == (0, Verdict.NOTHING_TO_TAKE)


def test_a_target_asks_about_the_line_alone():
    dear = {"kind": "lines", "when": op(">=", fact("line.unit_price"), 200)}
    assert off(rule(percent(1_000), target=dear)) == {"book": 100, "meals": 50}
    article = {"kind": "lines", "when": op("in", fact("line.gtin"), ["06291041500213"])}
    assert off(rule(percent(1_000), target=article)) == {"book": 100}
    many = {"kind": "lines", "when": op(">", fact("line.quantity"), 2)}
    assert off(rule(percent(1_000), target=many)) == {"rides": 35}


def test_prices_that_are_stated_start_from_what_earlier_groups_left():
    half_first = rule(percent(5_000), id="half", group="a", target=lines("meal"))
    two_each = rule({"kind": "fixed-price", "cents": 100}, id="price", group="b", target=lines("meal"))
    # 5.00 less 2.50 leaves 2.50; two meals at 1.00 leave another 0.50
    outcome = of(programme("p", half_first, two_each))
    assert {one.rule: one.cents for one in outcome.grants} == {"half": 250, "price": 50}


def test_a_bundle_takes_the_dearest_and_leaves_the_rest():
    assert off(rule({"kind": "bundle", "units": 2, "cents": 300}, target=lines("meal"))) == {"meals": 200}
    # two meals and two of the rides, 7.30 -> 5.00; 2.30 off goes by 5.00 and 2.30: 1.575 and 0.725
    assert off(rule({"kind": "bundle", "units": 4, "cents": 500}, target=lines("ride", "meal"))) == {
        "meals": 158,
        "rides": 72,
    }


def test_three_for_two_competes_as_a_whole():
    ticket = [
        Line(id=name, category="ticket", amount_cents=cents) for name, cents in (("a", 500), ("b", 400), ("c", 90))
    ]
    deal = rule({"kind": "free-quantity", "bought": 2, "free": 1}, id="deal")
    tenth = rule(percent(1_000), id="tenth", target=lines("ticket"))
    # 3 for 2 gives 0.90; a tenth of each line gives 0.50 + 0.40 + 0.09 = 0.99
    assert off(deal, tenth, receipt=ticket) == {"a": 50, "b": 40, "c": 9}
    twentieth = rule(percent(500), id="twentieth", target=lines("ticket"))
    # against 0.25 + 0.20 + 0.05 it wins, and its two paid lines are used up with it
    assert off(deal, twentieth, receipt=ticket) == {"c": 90}
    loser = of(programme("p", deal, twentieth), receipt=ticket).explanations[1]
    assert (loser.verdict, loser.by) == (Verdict.OUTRANKED, ("p/deal",))


def test_in_a_group_by_priority_a_set_takes_what_those_before_it_leave():
    tickets = [Line(id=name, category="ticket", amount_cents=100) for name in "abcd"]
    one_cheaper = rule(amount(10), id="one", mode="first", priority=1, target=lines("ticket") | {"units_max": 1})
    deal = rule({"kind": "free-quantity", "bought": 2, "free": 1}, id="deal", mode="first", priority=2)
    assert off(one_cheaper, deal, receipt=tickets) == {"a": 10, "b": 100}
    # the other way round the set comes first: a is free for b and c; d is left to the other, which is meant for a alone
    assert off(one_cheaper | {"priority": 3}, deal, receipt=tickets) == {"a": 100}


def test_points_go_by_decision_unit_or_euro_paid():
    def points(per):
        return {"kind": "points", "points": 2, "per": per}

    assert of(programme("p", rule(points("decision")))).total_points == 2
    assert of(programme("p", rule(points("unit"), target=lines("ride", "meal")))).total_points == 10
    assert of(programme("p", rule(points("euro")))).total_points == 36  # 18.45 paid
    half = programme("a", rule(percent(5_000), group="money"))
    # half of 18.45 is 9.225 -> 9.23 off, 9.22 paid
    assert of(programme("p", rule(points("euro"), group="points")), half).total_points == 18


def test_points_for_euros_need_a_euro():
    cheap = [Line(id="1", category="x", amount_cents=99)]
    outcome = of(programme("p", rule({"kind": "points", "points": 2, "per": "euro"})), receipt=cheap)
    assert (outcome.points, outcome.explanations[0].verdict) == ((), Verdict.NOTHING_TO_TAKE)


def test_a_voucher_is_promised_and_uses_a_grant():
    voucher = {"kind": "voucher", "cents": 200, "valid_days": 30, "categories": ["book"]}
    once = {"code": "once", "period": "month", "unit": "grants", "limit": 1}
    promised = programme("p", rule(voucher, target=lines("ride")), caps=[once])
    outcome = of(promised)
    assert outcome.vouchers == (
        VoucherGrant(programme="p", rule="only", cents=200, valid_days=30, categories=("book",)),
    )
    assert (outcome.total_cents, outcome.usage) == (0, {("p", "once"): 1})
    assert outcome.explanations[0].voucher_cents == 200
    assert of(promised, remaining={("p", "once"): 0}).vouchers == ()
    assert of(promised, receipt=[BOOK]).vouchers == ()


def test_of_two_vouchers_the_better_one_is_given():
    small, large = ({"kind": "voucher", "cents": cents, "valid_days": 30} for cents in (100, 200))
    outcome = of(programme("p", rule(small, id="small"), rule(large, id="large")))
    assert [one.rule for one in outcome.vouchers] == ["large"]
    assert outcome.explanations[1].by == ("p/large",)


def test_a_programme_sees_its_own_counters_only():
    rides = [{"code": "rides", "counts": "units", "period": "day", "categories": ["ride"]}]
    second = rule(percent(10_000), target=lines("ride"), when=op(">=", fact("counter.rides"), 1))
    one, two = programme("one", second, counters=rides), programme("two", second, counters=rides)
    outcome = of(one, two, counters={("two", "rides"): 1})
    assert outcome.cents_by_programme() == {"two": 345}
    assert outcome.counted == {("one", "rides"): 3, ("two", "rides"): 3}


def test_counters_count_whatever_the_rules_gave():
    counters = [
        {"code": "paid", "counts": "paid-cents", "period": "day"},
        {"code": "visits", "counts": "receipts", "period": "week"},
        {"code": "meals", "counts": "receipts", "period": "week", "categories": ["meal"]},
        {"code": "cakes", "counts": "receipts", "period": "week", "categories": ["cake"]},
    ]
    outcome = of(programme("p", rule(percent(5_000), when=op(">", fact("age"), 90)), counters=counters), age=20)
    assert outcome.counted == {("p", "paid"): 1_845, ("p", "visits"): 1, ("p", "meals"): 1}


def test_a_check_in_is_counted_too():
    visits = [{"code": "visits", "counts": "receipts", "period": "always"}]
    tenth = rule({"kind": "points", "points": 100}, when=op("=", fact("counter.visits"), 9))
    scout = programme("p", tenth, triggers=["check-in"], counters=visits)
    ninth = of(scout, receipt=(), trigger="check-in", counters={("p", "visits"): 8})
    assert (ninth.total_points, ninth.counted) == (0, {("p", "visits"): 1})
    assert of(scout, receipt=(), trigger="check-in", counters={("p", "visits"): 9}).total_points == 100
    assert of(scout, counters={("p", "visits"): 9}).counted == {}


def test_a_cap_per_receipt_is_whole_each_time_and_nobody_keeps_count():
    cap = {"code": "a-receipt", "per": "receipt", "period": "always", "unit": "units", "limit": 2}
    outcome = of(programme("p", rule(percent(10_000), target=lines("ride")), caps=[cap]))
    assert (outcome.total_cents, outcome.usage, outcome.explanations[0].by) == (230, {}, ("a-receipt",))


def test_a_free_unit_counts_as_one_unit_of_the_cap():
    cap = {"code": "one", "period": "day", "unit": "units", "limit": 1}
    deal = {"kind": "free-quantity", "bought": 2, "free": 1}
    outcome = of(programme("p", rule(deal, target=lines("ride")), caps=[cap]))
    assert (outcome.total_cents, outcome.usage) == (115, {("p", "one"): 1})


@pytest.mark.parametrize(("place", "funder"), [("castle", "district"), ("museum", "state"), ("bus", None)])
def test_the_first_funder_that_matches_pays(place, funder):
    funders = [
        {"when": op("=", fact("place"), "castle"), "funder": "district"},
        {"when": op("in", fact("place"), ["castle", "museum"]), "funder": "state"},
    ]
    outcome = of(programme("p", rule(percent(1_000)), funders=funders), place=place)
    assert outcome.funders == ({"p": funder} if funder else {})


def test_nobody_pays_for_nothing():
    funders = [{"funder": "district"}]
    outcome = of(programme("p", rule(percent(1_000), target=lines("cake")), funders=funders))
    assert outcome.funders == {}
