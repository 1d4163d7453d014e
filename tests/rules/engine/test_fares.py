"""Fare rules as other cities publish them, said in the language. The amounts are worked out beside each case.

A ride costs 1.15 here, a child's ride 0.60, unless a case says otherwise.
"""

from collections import Counter

import pytest

from rules.benefits.vocabulary import SCHEMA
from rules.engine.deciding import decide
from rules.engine.definition import read_definition
from rules.engine.receipt import Line, read_receipt
from tests.rules.engine.programmes import definition, fact, lines, op, percent, rule

HALF, FREE = percent(5_000), percent(10_000)


def city(*rules, **parts):
    return read_definition("city", definition(*rules, **parts), SCHEMA)


def rides(units=1, *, category="ride", cents=115):
    return Line(id=category, category=category, amount_cents=cents * units, quantity=units)


def paid(programme, *bought, counters=None, **facts):
    """What is left to pay, and what the counters get."""
    outcome = decide(
        [programme],
        facts=SCHEMA.read({"trigger": "receipt"} | {name.replace("__", "."): value for name, value in facts.items()}),
        receipt=read_receipt(bought),
        counters={("city", code): number for code, number in (counters or {}).items()},
    )
    counted = {code: number for (_, code), number in outcome.counted.items()}
    return sum(line.amount_cents for line in bought) - outcome.total_cents, counted


def one_by_one(programme, *receipts):
    """What is paid for each of several receipts within the periods of all counters."""
    counters, amounts = Counter(), []
    for bought in receipts:
        amount, counted = paid(programme, bought, counters=counters)
        amounts.append(amount)
        counters.update(counted)
    return amounts


def test_a_transfer_within_an_hour_is_free_once():
    programme = city(
        rule(FREE, target=lines("ride"), when=op("=", fact("counter.rides"), 1)),
        counters=[{"code": "rides", "counts": "units", "period": {"minutes": 60}, "categories": ["ride"]}],
    )
    assert one_by_one(programme, rides(), rides(), rides()) == [115, 0, 115]


def test_a_day_costs_at_most_three_rides_and_a_week_at_most_ten_euros():
    programme = city(
        rule({"kind": "pay-at-most", "counter": "day", "cents": 345}, id="day", group="day"),
        rule({"kind": "pay-at-most", "counter": "week", "cents": 1_000}, id="week", group="week"),
        counters=[
            {"code": "day", "counts": "paid-cents", "period": "day"},
            {"code": "week", "counts": "paid-cents", "period": "week"},
        ],
    )
    assert one_by_one(programme, *[rides()] * 5) == [115, 115, 115, 0, 0]
    assert paid(programme, rides(4)) == (345, {"day": 345, "week": 345})
    # Late in the week: 9.50 paid before, so that 0.50 is left of the 10.00, whatever the day has.
    assert paid(programme, rides(), counters={"day": 115, "week": 950})[0] == 50


def test_a_fare_cap_counts_what_is_left_after_a_discount():
    programme = city(
        rule(HALF, id="half", target=lines("ride"), group="a"),
        rule({"kind": "pay-at-most", "counter": "day", "cents": 100}, id="cap", group="0-first-by-its-code"),
        counters=[{"code": "day", "counts": "paid-cents", "period": "day"}],
    )
    # 3 x 1.15 = 3.45; half is 1.725 -> off 1.73, 1.72 left, capped at 1.00
    assert paid(programme, rides(3))[0] == 100


@pytest.mark.parametrize(
    ("age", "weekday", "time", "expected"),
    [
        (65, 1, 8 * 60, 115),  # Monday at eight
        (65, 1, 9 * 60, 57),  # half of 1.15 is 0.575 -> 0.58 off
        (65, 6, 8 * 60, 57),  # Saturday
        (65, 1, 17 * 60 + 59, 115),
        (64, 6, 8 * 60, 115),
    ],
)
def test_from_65_on_rides_cost_half_outside_of_the_peaks(age, weekday, time, expected):
    peak = op("or", op("between", fact("time"), 420, 539), op("between", fact("time"), 960, 1_079))
    programme = city(
        rule(HALF, target=lines("ride")),
        when=op(
            "and",
            op(">=", fact("resident.age"), 65),
            op("not", op("and", op("<=", fact("weekday"), 5), peak)),
        ),
    )
    assert paid(programme, rides(), resident__age=age, weekday=weekday, time=time)[0] == expected


@pytest.mark.parametrize(
    ("adults", "children", "expected"),
    [
        (2, 4, 500),  # 2 x 1.50 + 4 x 1.00 = 7.00
        (2, 6, 700),  # four children are in the ticket; two more pay 1.00 each
        (3, 4, 650),  # the third adult pays 1.50
        (1, 4, 500),  # 5.50 without
        (1, 1, 250),  # cheaper without
        (2, 0, 300),  # no family
        (0, 4, 400),
    ],
)
def test_a_family_of_two_adults_and_up_to_four_children_pays_five_euros(adults, children, expected):
    family = {
        "kind": "set",
        "parts": [
            {"categories": ["adult"], "units_max": 2},
            {"categories": ["child"], "units_max": 4},
        ],
    }
    programme = city(rule({"kind": "bundle", "cents": 500}, target=family))
    bought = [rides(adults, category="adult", cents=150)] if adults else []
    bought += [rides(children, category="child", cents=100)] if children else []
    assert paid(programme, *bought)[0] == expected


def test_every_eleventh_ride_is_free_across_receipts():
    programme = city(
        rule({"kind": "free-quantity", "bought": 10, "free": 1, "counter": "rides"}, target=lines("ride")),
        counters=[{"code": "rides", "counts": "units", "period": "always", "categories": ["ride"]}],
    )
    assert one_by_one(programme, *[rides()] * 12) == [115] * 10 + [0] + [115]
    # Nine before, three now: the second of them is the eleventh.
    assert paid(programme, rides(3), counters={"rides": 9}) == (230, {"rides": 3})
    assert paid(programme, rides(22))[0] == 20 * 115


@pytest.mark.parametrize(("units", "expected"), [(2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5)])
def test_three_for_two(units, expected):
    programme = city(rule({"kind": "free-quantity", "bought": 2, "free": 1}, target=lines("ride")))
    assert paid(programme, rides(units))[0] == expected * 115


def test_of_three_different_things_the_cheapest_is_free():
    programme = city(rule({"kind": "free-quantity", "bought": 2, "free": 1}))
    bought = [rides(category="adult", cents=150), rides(category="child", cents=60), rides(category="bike", cents=90)]
    assert paid(programme, *bought)[0] == 150 + 90


def test_whoever_accompanies_the_holder_of_a_disability_card_rides_free():
    holder = op("a_contains", fact("resident.groups"), ["disability-card"])
    by_own_card = op("a_contains", fact("escort.groups"), ["disability-card"])
    second = lines("ride") | {"units_min": 2, "units_max": 1}
    programme = city(
        rule(FREE, id="with-the-holder", target=second, when=holder),
        rule(FREE, id="escort", target=lines("ride"), when=by_own_card),
    )
    assert paid(programme, rides(1), resident__groups=["disability-card"])[0] == 115
    assert paid(programme, rides(2), resident__groups=["disability-card"])[0] == 115
    assert paid(programme, rides(3), resident__groups=["disability-card"])[0] == 230
    assert paid(programme, rides(1), escort__groups=["disability-card"])[0] == 0
    assert paid(programme, rides(2))[0] == 230


def test_a_tariff_has_a_price_for_each_zone():
    programme = city(
        rule({"kind": "tariff", "tariff": "residents"}),
        tariffs=[{"code": "residents", "prices": {"zone-1": 85, "zone-2": 130}}],
    )
    bought = [rides(2, category="zone-1", cents=150), rides(category="zone-2", cents=200), rides(category="zone-3")]
    assert paid(programme, *bought)[0] == 2 * 85 + 130 + 115


@pytest.mark.parametrize(
    ("way", "units", "expected"),
    [
        ("half-up", 1, 60),  # half of 1.15 is 0.575: 0.60 is the nearest 5 cents
        ("half-up", 2, 120),  # each ticket has its own price
        ("down", 1, 55),
        ("up", 2, 120),
    ],
)
def test_students_pay_half_rounded_to_five_cents(way, units, expected):
    half = HALF | {"rounding": {"way": way, "step_cents": 5, "of": "unit-price"}}
    programme = city(
        rule(half, target=lines("ride"), when=op("a_overlaps", fact("resident.groups"), ["student", "pupil"]))
    )
    assert paid(programme, rides(units), resident__groups=["student"])[0] == expected
    assert paid(programme, rides(units))[0] == units * 115


def test_holidays_birthdays_and_smog_days_are_free():
    free = op(
        "or",
        op("=", fact("holiday"), True),
        op("=", fact("resident.birthday"), True),
        op("a_contains", fact("alarms"), ["smog"]),
    )
    programme = city(rule(FREE, target=lines("ride")), when=free)
    for facts in ({"holiday": True}, {"resident__birthday": True}, {"alarms": ["smog", "flood"]}):
        assert paid(programme, rides(), **facts)[0] == 0
    assert paid(programme, rides(), holiday=False, alarms=["flood"])[0] == 115


def test_the_museum_is_free_on_the_first_sunday_of_the_month():
    first_sunday = op("and", op("=", fact("weekday"), 7), op("<=", fact("month_day"), 7))
    programme = city(rule(FREE, target=lines("museum"), when=first_sunday))
    assert paid(programme, rides(category="museum"), weekday=7, month_day=7)[0] == 0
    assert paid(programme, rides(category="museum"), weekday=7, month_day=8)[0] == 115


def test_ages_go_by_bands():
    programme = city(
        rule(FREE, id="small", when=op("<", fact("resident.age"), 7)),
        rule(percent(8_000), id="pupils", when=op("between", fact("resident.age"), 7, 18)),
        rule(FREE, id="old", when=op(">=", fact("resident.age"), 75)),
    )
    # 80 % of 1.15 is 0.92
    charged = {age: paid(programme, rides(), resident__age=age)[0] for age in (6, 7, 18, 19, 74, 75)}
    assert charged == {6: 0, 7: 23, 18: 23, 19: 115, 74: 115, 75: 0}


def test_a_party_of_ten_gets_a_fifth_off_and_at_most_five_euros():
    fifth = percent(2_000) | {"cents_max": 500}
    programme = city(rule(fifth, target=lines("ride") | {"units_min": 10}))
    assert paid(programme, rides(9))[0] == 9 * 115
    assert paid(programme, rides(10))[0] == 920  # 11.50 less 2.30
    assert paid(programme, rides(30))[0] == 3_450 - 500


def test_day_tickets_of_one_article_cost_less_in_fives():
    article = {"kind": "lines", "gtins": ["4750000000000"]}
    programme = city(rule({"kind": "bundle", "units": 5, "cents": 1_000}, target=article))
    tickets = Line(id="1", category="ticket", amount_cents=7 * 250, quantity=7, gtin="4750000000000")
    assert paid(programme, tickets)[0] == 1_000 + 2 * 250


def test_two_children_ride_free_with_a_paying_adult():
    with_adult = op("a_contains", fact("receipt.categories"), ["adult"])
    programme = city(rule(FREE, target=lines("child") | {"units_max": 2}, when=with_adult))
    adult, children = rides(category="adult", cents=150), rides(3, category="child", cents=60)
    assert paid(programme, adult, children, receipt__categories=["adult", "child"])[0] == 150 + 60
    assert paid(programme, children, receipt__categories=["child"])[0] == 180


def test_rides_within_ninety_minutes_cost_one_ride_together():
    programme = city(
        rule({"kind": "pay-at-most", "counter": "window", "cents": 115}, target=lines("ride")),
        counters=[
            {"code": "window", "counts": "paid-cents", "period": {"minutes": 90}, "categories": ["ride"]},
        ],
    )
    assert one_by_one(programme, rides(), rides(), rides()) == [115, 0, 0]
