import pytest

from rules.engine.combination import check_groups
from rules.engine.definition import read_definition
from rules.engine.errors import RuleError
from tests.rules.engine.programmes import AGE, SCHEMA, amount, definition, fact, op, percent, programme, rule

POINTS = {"kind": "points", "points": 50}
LINES = {"kind": "lines"}
TARIFF = {"code": "fares", "prices": {"bus": 85}}
COUNTER = {"code": "rides", "counts": "units", "period": "day"}
CAP = {"code": "daily", "period": "day", "unit": "units", "limit": 4}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (definition(), "rules"),
        (definition(rule(percent(10_001))), "rules.0.effect.percent.basis_points"),
        (definition(rule(percent("50"))), "rules.0.effect.percent.basis_points"),
        (definition(rule(amount(1.5))), "rules.0.effect.amount.cents"),
        (definition(rule(amount(0))), "rules.0.effect.amount.cents"),
        (definition(rule({"kind": "gift"})), "rules.0.effect"),
        (definition(rule(percent(1), mode="luck")), "rules.0.group.mode"),
        (definition(rule(percent(1), wen=op("=", AGE, 1))), "rules.0.wen"),
        (definition(rule(percent(1), when=op("=", AGE, "1"))), "rules.0.when.="),
        (definition(rule(percent(1)), when=op("=", fact("agee"), 1)), "when.args[0]"),
        (definition(rule(percent(1)), triggers=["full-moon"]), "triggers"),
        (definition(rule(percent(1)), caps=[CAP | {"period": "decade"}]), "caps.0.period"),
        (definition(rule(percent(1)), caps=[CAP, CAP]), "definition"),
        (definition(rule(percent(1)), rule(percent(2))), "definition"),
        (definition(rule(percent(1)), format=2), "format"),
        (definition(rule(percent(1) | {"cents_max": 0})), "rules.0.effect.percent.cents_max"),
        (definition(rule(percent(1) | {"rounding": {"way": "odd"}})), "rules.0.effect.percent.rounding.way"),
        (definition(rule(percent(1) | {"rounding": {"of": "unit-price"}})), "rules.0"),
        (
            definition(rule(percent(1), target={"kind": "lines", "gtins": ["6291041500214"]})),
            "rules.0.target.lines.gtins.0",
        ),
        (definition(rule(percent(1), target=LINES | {"when": op("=", AGE, 1)})), "rules.0.target.when.args[0]"),
        (definition(rule(percent(1), target=LINES | {"when": op("=", fact("line.gtin"), "1")})), "rules.0.target.when"),
        (
            definition(rule(percent(1), target=LINES | {"when": op("=", fact("line.amount"), 0.5)})),
            "rules.0.target.when.=",
        ),
        (definition(rule(percent(1), target=LINES | {"units_max": 0})), "rules.0.target.lines.units_max"),
        (definition(rule(percent(1), target={"kind": "set", "parts": []})), "rules.0.target.set.parts"),
        (definition(rule({"kind": "tariff", "tariff": "x"}), tariffs=[TARIFF]), "rules.0.effect.tariff"),
        (definition(rule(percent(1)), tariffs=[TARIFF | {"prices": {"Bus": 1}}]), "tariffs.0.prices.Bus.[key]"),
        (
            definition(rule({"kind": "pay-at-most", "counter": "x", "cents": 1}), counters=[COUNTER]),
            "rules.0.effect.counter",
        ),
        (
            definition(rule({"kind": "pay-at-most", "counter": "rides", "cents": 1}), counters=[COUNTER]),
            "rules.0.effect.counter",
        ),
        (definition(rule(percent(1), when=op("=", fact("counter.x"), 1)), counters=[COUNTER]), "rules.0.when.args[0]"),
        (definition(rule(percent(1), when=op("=", fact("counter.rides"), AGE)), counters=[COUNTER]), "rules.0.when.="),
        (definition(rule(percent(1)), counters=[COUNTER, COUNTER]), "definition"),
        (
            definition(rule(percent(1)), counters=[COUNTER | {"period": {"minutes": 0}}]),
            "counters.0.period.window.minutes",
        ),
        (definition(rule(percent(1)), caps=[CAP | {"per": "receipt"}]), "caps.0"),
        (definition(rule(percent(1)), caps=[CAP | {"per": "street"}]), "caps.0.per"),
        (definition(rule(percent(1)), funders=[{"when": op("=", AGE, "1"), "funder": "x"}]), "funders.0.when.="),
        (
            definition(rule(percent(1)), when=op("s_within", fact("position"), {"feature": "district/z"})),
            "when.args[1]",
        ),
        (definition(rule(percent(1)), when=op("s_within", fact("position"), {"feature": 5})), "when.args[1]"),
    ],
)
def test_it_refuses_and_names_the_part(value, field):
    with pytest.raises(RuleError) as refused:
        read_definition("p", value, SCHEMA)
    assert refused.value.field == field


def test_a_group_has_one_mode():
    one, two = programme("a", rule(percent(1))), programme("b", rule(percent(1), mode="all"))
    with pytest.raises(RuleError, match="two modes, in a/only and b/only"):
        check_groups([*one.rules, *two.rules])


def test_a_group_holds_money_or_points():
    one, two = programme("a", rule(percent(1))), programme("b", rule(POINTS))
    with pytest.raises(RuleError, match="mixes money and points, in a/only and b/only"):
        check_groups([*two.rules, *one.rules])


def test_it_says_what_would_fit():
    fares = definition(rule({"kind": "tariff", "tariff": "x"}), tariffs=[TARIFF])
    with pytest.raises(RuleError, match="there is no tariff “x”; there are: fares"):
        read_definition("p", fares, SCHEMA)
    capped = definition(rule({"kind": "pay-at-most", "counter": "rides", "cents": 1}), counters=[COUNTER])
    with pytest.raises(RuleError, match="“rides” is no counter of paid-cents; there are: none"):
        read_definition("p", capped, SCHEMA)
    with pytest.raises(RuleError, match="3 would be right"):
        read_definition("p", definition(rule(percent(1), target=LINES | {"gtins": ["6291041500214"]})), SCHEMA)


def test_a_fare_cap_has_a_group_of_its_own():
    counter = COUNTER | {"code": "paid", "counts": "paid-cents"}
    capped = programme("a", rule({"kind": "pay-at-most", "counter": "paid", "cents": 1}), counters=[counter])
    with pytest.raises(RuleError, match="mixes fare-cap and money"):
        check_groups([*capped.rules, *programme("b", rule(percent(1))).rules])


def test_the_form_can_be_written_out_and_read_again():
    whole = definition(rule(percent(1), target=LINES | {"gtins": ["73513537"]}), caps=[CAP], counters=[COUNTER])
    form = read_definition("p", whole, SCHEMA).form
    assert form.rules[0].target.gtins == ["00000073513537"]
    assert read_definition("p", form.model_dump(mode="json"), SCHEMA).form == form
