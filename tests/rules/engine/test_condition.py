from typing import Any

import pytest

from rules.engine.condition import Condition
from rules.engine.errors import RuleError
from tests.rules.engine.programmes import AGE, SCHEMA, fact, op

SQUARE = {"type": "Polygon", "coordinates": [[[23.70, 56.64], [23.74, 56.64], [23.74, 56.66], [23.70, 56.66], [23.70, 56.64]]]}  # fmt: skip  # noqa: E501
KNOWN = {
    "age": 62,
    "walk": 5,
    "income": 45_000,
    "share": 0.5,
    "name": "Šiauliai Arena",
    "place": "castle",
    "groups": ["senior"],
    "verified": True,
    "day": "2026-09-01",
    "at": "2026-09-01T08:00:00+03:00",
    "position": {"type": "Point", "coordinates": [23.72, 56.65]},
}
POINT = {"type": "Point", "coordinates": [23.72, 56.65]}


def date(text: str) -> dict[str, str]:
    return {"date": text}


def holds(condition: Any, **changes: Any) -> bool | None:
    return Condition(condition, SCHEMA).holds(SCHEMA.read(KNOWN | changes))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (op("=", AGE, 62), True),
        (op("<>", AGE, 62), False),
        (op("<", AGE, 62), False),
        (op("<=", AGE, 62), True),
        (op(">", AGE, 61.5), True),
        (op(">=", fact("income"), 45_001), False),
        (op("between", AGE, 62, 70), True),
        (op("between", AGE, 63, 70), False),
        (op("in", fact("place"), ["castle", "museum"]), True),
        (op("in", AGE, [60, 61]), False),
        (op("=", fact("verified"), True), True),
        (op("isNull", AGE), False),
        (op("like", fact("name"), "Š% Arena"), True),
        (op("like", fact("name"), "Siauliai%"), False),
        (op("like", op("accenti", fact("name")), op("accenti", "Siauliai%")), True),
        (op("like", op("casei", op("accenti", fact("name"))), op("casei", op("accenti", "ŠIAULIAI_ARENA"))), True),
        (op("=", op("casei", fact("name")), op("casei", "šiauliai arena")), True),
        (op("like", fact("name"), r"\%%"), False),
        (op("s_within", fact("position"), SQUARE), True),
        (op("s_intersects", fact("position"), SQUARE), True),
        (op("s_contains", SQUARE, fact("position")), True),
        (op("s_disjoint", fact("position"), SQUARE), False),
        (op("<=", op("distance_m", fact("position"), POINT), 0), True),
        (op("t_after", fact("day"), date("2026-08-31")), True),
        (op("t_before", fact("day"), date("2026-09-01")), False),
        (op("t_during", fact("day"), {"interval": ["2026-08-31", "2027-05-31"]}), True),
        (op("t_during", fact("day"), {"interval": ["2026-09-01", "2027-05-31"]}), False),  # strictly inside
        (op("t_intersects", fact("day"), {"interval": ["2026-09-01", ".."]}), True),  # the ends belong to it
        (op("t_before", fact("at"), {"timestamp": "2026-09-01T05:00:01Z"}), True),  # 08:00+03:00 is 05:00 UTC
        (op("a_contains", fact("groups"), ["senior"]), True),
        (op("a_contains", fact("groups"), ["senior", "pupil"]), False),
        (op("a_overlaps", fact("groups"), ["senior", "pupil"]), True),
        (op("and", op("=", AGE, 62), op("not", op("=", AGE, 61))), True),
    ],
)
def test_it_answers(condition, expected):
    assert holds(condition) is expected


# The truth table of SQL, with age missing: U is unknown.
T, F, U = op("=", fact("walk"), 5), op("=", fact("walk"), 6), op("=", AGE, 62)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (U, None),
        (op("not", U), None),
        (op("and", T, U), None),
        (op("and", F, U), False),
        (op("and", U, F), False),
        (op("or", T, U), True),
        (op("or", U, T), True),
        (op("or", F, U), None),
        (op("isNull", AGE), True),
        (op("in", AGE, [62]), None),
        (op("in", fact("walk"), [AGE["property"] and 5, 6]), True),
        (op("between", AGE, 1, 2), None),
        (op("between", fact("walk"), 6, 9), False),
        (op("like", op("casei", fact("name")), "x"), None),
        (op("<", op("distance_m", fact("position"), POINT), 5), None),
        (op("s_disjoint", fact("position"), POINT), None),
        (op("t_after", fact("day"), date("2026-01-01")), None),
        (op("a_contains", fact("groups"), ["pupil"]), None),
    ],
)
def test_a_missing_fact_is_unknown_as_in_sql(condition, expected):
    missing = dict.fromkeys(("age", "name", "position", "day", "groups"))
    assert holds(condition, **missing) is expected


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        (op("=", fact("agee"), 62), "agee"),
        (op("=", AGE, "62"), "age"),
        (op("=", AGE, fact("walk")), "year"),  # years against minutes
        (op("=", fact("income"), 4.5), "income"),
        (op("=", fact("income"), AGE), "income"),
        (op("=", fact("place"), "castel"), "castle, museum, bus"),
        (op("in", fact("place"), ["castle", "x"]), "place"),
        (op("a_contains", fact("groups"), ["veteran"]), "groups"),
        (op("<", fact("verified"), True), "verified"),
        (op("t_after", fact("day"), {"timestamp": "2026-09-01T00:00:00Z"}), "day"),
        (op("<", fact("day"), "2026-09-01"), "day"),
        (op("s_within", fact("position"), "castle"), "castle"),
        (op("and", fact("verified"), op("=", AGE, 1)), "verified"),
        (op("like", fact("name"), fact("place")), "pattern"),
        (op("pg_sleep", 10), "pg_sleep"),
        ({"op": "=", "args": [AGE, 1], "then": "drop"}, "then"),
        ({"op": "=", "args": "age"}, "args"),
        ({"op": ["="], "args": []}, "="),
        (op("=", AGE), "2"),
        (op("t_after", fact("at"), {"timestamp": "2026-09-01T00:00:00"}), "offset"),
        (op("t_during", fact("day"), {"interval": ["2026-09-01", "2026-08-01"]}), "ends before"),
        (op("t_during", fact("day"), {"interval": ["..", ".."]}), "open"),
        (op("s_within", fact("position"), {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}), "valid"),  # noqa: E501
        (op("s_within", fact("position"), {"type": "Point", "coordinates": [56.65, 123.72]}), "latitude"),
        (op("s_within", fact("position"), {"type": "Point", "coordinates": []}), "coordinates"),
        (op("s_within", fact("position"), {"type": "Point", "coordinates": "x"}), "GeoJSON"),
        (op("=", AGE, None), "None"),
        (fact("verified"), "condition"),
        (62, "condition"),
        ("true", "condition"),
    ],
)  # fmt: skip
def test_it_refuses_what_cannot_be_meant_and_names_it(condition, named):
    with pytest.raises(RuleError, match=named) as refused:
        Condition(condition, SCHEMA)
    assert refused.value.field.startswith("when")


def test_it_names_the_path_of_a_deep_mistake():
    with pytest.raises(RuleError) as refused:
        Condition(op("and", op("=", AGE, 1), op("not", op("=", fact("agee"), 1))), SCHEMA)
    assert refused.value.field == "when.args[1].args[0].args[0]"


def test_it_refuses_a_condition_that_is_too_deep_before_it_builds_it():
    condition = op("=", AGE, 1)
    for _ in range(400):
        condition = op("not", condition)
    with pytest.raises(RuleError, match="deeper than 24"):
        Condition(condition, SCHEMA)


def test_it_refuses_a_condition_that_is_too_large():
    with pytest.raises(RuleError, match="more than 2000 parts"):
        Condition(op("in", AGE, list(range(2_001))), SCHEMA)


def test_a_pattern_that_would_take_long_is_refused():
    with pytest.raises(RuleError, match="8 %"):
        Condition(op("like", fact("name"), "%a" * 9), SCHEMA)


def test_a_trace_says_which_part_failed_and_with_which_values():
    condition = op("and", op(">=", AGE, 65), op("<=", op("distance_m", fact("position"), POINT), 100))
    trace = Condition(condition, SCHEMA).trace(SCHEMA.read(KNOWN))
    assert trace.holds is False
    too_young, near = trace.parts
    assert (too_young.op, too_young.holds, too_young.values, too_young.wanted) == (">=", False, {"age": 62}, (65,))
    assert (near.holds, near.values["distance_m"]) == (True, 0.0)
