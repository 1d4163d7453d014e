import dataclasses
from datetime import UTC, date, datetime

import pytest
import shapely

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.expressions import (
    Array,
    Box,
    Interval,
    Literal,
    Operation,
    Property,
    Shape,
    properties,
)
from gis_platform.core.cql2.parsing import from_json, from_json_text, from_text

NAME = Property("name")


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("floors = 5", Operation("=", (Property("floors"), Literal(5)))),
        ("floors = 5.5", Operation("=", (Property("floors"), Literal(5.5)))),
        ("floors != 5", Operation("<>", (Property("floors"), Literal(5)))),
        ("name = 'it''s'", Operation("=", (NAME, Literal("it's")))),
        ('"2nd floor" = TRUE', Operation("=", (Property("2nd floor"), Literal(True)))),
        ("osm:id IN (1, 2)", Operation("in", (Property("osm:id"), Array((Literal(1), Literal(2)))))),
        ("name IS NOT NULL", Operation("not", (Operation("isNull", (NAME,)),))),
        ("CASEI(name) = casei('X')", Operation("=", tuple(Operation("casei", (a,)) for a in (NAME, Literal("X"))))),
        ("built = DATE('2026-01-31')", Operation("=", (Property("built"), Literal(date(2026, 1, 31))))),
        (
            "seen > TIMESTAMP('2026-01-31T14:00:00.5+02:00')",
            Operation(">", (Property("seen"), Literal(datetime(2026, 1, 31, 12, 0, 0, 500_000, UTC)))),
        ),
        (
            "T_DURING(seen, INTERVAL('..', '2026-01-31'))",
            Operation("t_during", (Property("seen"), Interval(None, Literal(date(2026, 1, 31))))),
        ),
        (
            "T_FINISHEDBY(INTERVAL(a, b), INTERVAL('2026-01-31', '..'))",
            Operation(
                "t_finishedBy",
                (Interval(Property("a"), Property("b")), Interval(Literal(date(2026, 1, 31)), None)),
            ),
        ),
        ("S_WITHIN(g, BBOX(1,2,3,4))", Operation("s_within", (Property("g"), Box((1.0, 2.0, 3.0, 4.0))))),
        ("S_EQUALS(g, POINT Z (1 2 3))", Operation("s_equals", (Property("g"), Shape(shapely.Point(1, 2))))),
        ("S_EQUALS(g, POINT(2.37E1 .5))", Operation("s_equals", (Property("g"), Shape(shapely.Point(23.7, 0.5))))),
        ("height = 1.5e-3", Operation("=", (Property("height"), Literal(0.0015)))),
        ("name = '1e3' AND \"1e3\" = .5", from_text("name = '1e3' AND \"1e3\" = 0.5")),
        ("length(name) > 3", Operation(">", (Operation("length", (NAME,)), Literal(3)))),
    ],
)
def test_it_reads_text(text, expression):
    assert from_text(text) == expression


def test_it_binds_and_closer_than_or_and_products_closer_than_sums():
    assert from_text("a OR b AND NOT c") == from_text("a OR (b AND (NOT c))")
    assert from_text("a + b * c ^ 2 = 1") == from_text("(a + (b * (c ^ 2))) = 1")
    assert from_text("a - b - c = 1") == from_text("((a - b) - c) = 1")


def test_it_reads_json_and_its_text_alike():
    value = {"op": "A_CONTAINEDBY", "args": [{"property": "tags"}, ["x", "y"]]}
    expected = Operation("a_containedBy", (Property("tags"), Array((Literal("x"), Literal("y")))))
    assert from_json(value) == expected
    assert from_json_text('{"op": "a_containedBy", "args": [{"property": "tags"}, ["x", "y"]]}') == expected


def test_an_integer_of_json_stays_exact_where_text_refuses_it():
    large = 2**53 + 1
    assert from_json({"op": "=", "args": [{"property": "id"}, large]}).args[1] == Literal(large)
    with pytest.raises(FilterError, match="too large to be exact") as refused:
        from_text(f"id = {large}")
    assert refused.value.code == "filter-value"


def test_a_double_of_json_stays_a_double():
    assert repr(from_json({"op": "=", "args": [{"property": "h"}, 5.0]}).args[1]) == "Literal(value=5.0)"


def test_an_expression_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        from_text("a = 1").op = "<>"
    assert hash(from_text("s_intersects(g, POINT(1 2))")) == hash(from_text("s_intersects(g, POINT(1 2))"))


def test_it_tells_which_queryables_are_asked():
    text = "a = 1 AND T_DURING(INTERVAL(b, c), INTERVAL('2026-01-01', '..')) OR lower(d) IN ('x', e)"
    assert properties(from_text(text)) == {"a", "b", "c", "d", "e"}


@pytest.mark.parametrize(
    ("text", "where"),
    [("a = 1 AND", "line 1, character"), ("a = 1\nAND = 2", "line 2, character"), ("a = .", "line 1")],
)
def test_a_syntax_error_says_where(text, where):
    with pytest.raises(FilterError) as refused:
        from_text(text)
    assert refused.value.code == "filter-syntax"
    assert where in refused.value.detail
    assert "pest" not in refused.value.detail


def test_many_negative_coordinates_are_no_operators():
    ring = ", ".join(f"-{170 + step / 1000} -{step / 1000}" for step in range(1, 1000))
    shape = f"POLYGON((-170 0, -171 -1, {ring}, -170 0))"
    assert isinstance(from_text(f"s_intersects(g, {shape})").args[1], Shape)
