import pytest

from rules.engine.combination import check_groups
from rules.engine.definition import read_definition
from rules.engine.errors import RuleError
from tests.rules.engine.programmes import AGE, SCHEMA, amount, definition, fact, op, percent, programme, rule

POINTS = {"kind": "points", "points": 50}
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
