"""SQL in PostGIS and the closure in memory say the same of every row: true, false or unknown."""

import math
import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from gis_platform.core.cql2 import arithmetic, closures, costs, evaluation, expressions, periods, rendering, sql
from gis_platform.core.cql2.expressions import Array, Box, Interval, Literal, Operation, Property, Shape
from gis_platform.core.cql2.fields import Field, FieldType
from tests.gis_platform.core.cql2.standard import store

RIGA = ZoneInfo("Europe/Riga")
COLUMNS = {
    "name": FieldType.STRING,
    "label": FieldType.STRING,
    "floors": FieldType.INTEGER,
    "year": FieldType.INTEGER,
    "height": FieldType.NUMBER,
    "open": FieldType.BOOLEAN,
    "built": FieldType.DATE,
    "seen": FieldType.TIMESTAMP,
    "geom": FieldType.GEOMETRY,
    "place": FieldType.GEOMETRY,
    "holds": FieldType.INTERVAL,
    "tags": FieldType.ARRAY,
}
FIELDS = {name: Field(name, kind, Identifier("f", name)) for name, kind in COLUMNS.items()}
TABLE = "cql2_agreement"

# Few values, so that they meet: the ends of intervals, the corners of shapes, texts that fold to one another.
TEXTS = [
    "",
    "a",
    "A",
    "ā",
    "Šķūnis",
    "skunis",
    "SKUNIS",
    "Straße",
    "STRASSE",
    "ΟΔΟΣ",
    "οδος",
    "%",
    "a_b",
    "x\\y",
    "İı",
    "œ",
]
INTEGERS = [-7, -1, 0, 1, 2, 3, 10, 1987, 2**40]
NUMBERS = [-2.5, -1.0, 0.0, 0.1, 0.5, 1.0, 3.0, 1e-200, 1e200, 1.7e308, 5e-324]
DAYS = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25), date(1, 1, 2), date(9999, 12, 30)]
TIMES = [
    datetime(2026, 3, 28, 22, tzinfo=UTC),  # the beginning of the day on which Latvia's clocks go forward
    datetime(2026, 3, 29, 20, 59, 59, 999999, tzinfo=UTC),  # and its end
    datetime(2026, 3, 29, 21, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
]
SHAPES = [
    shapely.Point(23.5, 56.5),
    shapely.Point(23, 56),
    shapely.LineString([(23, 56), (24, 57)]),
    shapely.LineString([(23, 57), (24, 56)]),
    shapely.box(23, 56, 24, 57),
    shapely.box(23.5, 56.5, 24.5, 57.5),
    shapely.box(24, 56, 25, 57),
    shapely.MultiPoint([(23, 56), (24.2, 57.2)]),
    shapely.Polygon([(22, 55), (26, 55), (26, 59), (22, 59)], [[(23, 56), (24, 56), (24, 57), (23, 57)]]),
]
COLLECTIONS = [
    shapely.GeometryCollection([shapely.Point(23.5, 56.5), shapely.LineString([(24, 56), (25, 57)])]),
    shapely.GeometryCollection([shapely.box(23, 56, 24, 57), shapely.Point(25, 58)]),
]
TAGS = [(), ("a",), ("a", "b"), ("b", "a", "b"), ("c",)]
VALUES: dict[FieldType, list[Any]] = {
    FieldType.STRING: TEXTS,
    FieldType.INTEGER: INTEGERS,
    FieldType.NUMBER: NUMBERS,
    FieldType.BOOLEAN: [True, False],
    FieldType.DATE: DAYS,
    FieldType.TIMESTAMP: TIMES,
    FieldType.GEOMETRY: [*SHAPES, shapely.Point(), shapely.Polygon()],
    FieldType.INTERVAL: [(start, start + timedelta(hours=hours)) for start in TIMES for hours in (0, 24)]
    + [(None, TIMES[0]), (TIMES[0], None), (None, None)],
    FieldType.ARRAY: TAGS,
}


def some_rows() -> list[dict[str, Any]]:
    """Every value of every type, in rows that pair them differently, with unknowns between; the same each time."""
    count = 60
    return [
        {"id": number}
        | {
            name: None if (number * (place + 3)) % 11 == 0 else values[(number * (2 * place + 1) + place) % len(values)]
            for place, (name, kind) in enumerate(COLUMNS.items())
            for values in [VALUES[kind]]
        }
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def stored(postgis):
    rows = some_rows()
    postgis.execute(SQL("DROP TABLE IF EXISTS pg_temp.{}").format(Identifier(TABLE)))
    store(postgis, TABLE, {"id": Field("id", FieldType.INTEGER, Identifier("id"))} | FIELDS, rows)
    return rows


def in_sql(postgis, expression: expressions.Expression, zone=RIGA) -> list[bool | None]:
    condition, values = sql.compile(expression, FIELDS, zone=zone)
    statement = SQL("SELECT {} FROM {} AS f ORDER BY id").format(condition, Identifier(TABLE))
    return [row[0] for row in postgis.execute(statement, values)]


def in_memory(rows, expression: expressions.Expression, zone=RIGA) -> list[bool | None]:
    holds = closures.compile(expression, FIELDS, zone=zone)
    return [holds(row) for row in rows]


def columns(*kinds: FieldType) -> st.SearchStrategy:
    return st.sampled_from([Property(name) for name, kind in COLUMNS.items() if kind in kinds])


def literals(kind: FieldType) -> st.SearchStrategy:
    return st.sampled_from([Literal(value) for value in VALUES[kind]])


def operation(op: str | st.SearchStrategy, *args: st.SearchStrategy) -> st.SearchStrategy:
    ops = op if isinstance(op, st.SearchStrategy) else st.just(op)
    return st.builds(lambda name, *parts: Operation(name, parts), ops, *args)


def texts() -> st.SearchStrategy:
    plain = columns(FieldType.STRING) | literals(FieldType.STRING)
    folds = st.sampled_from(["casei", "accenti", "lower", "upper"])
    return plain | operation(folds, plain) | operation(folds, operation(folds, plain))


def numbers() -> st.SearchStrategy:
    plain = (
        columns(FieldType.INTEGER, FieldType.NUMBER)
        | literals(FieldType.INTEGER)
        | literals(FieldType.NUMBER)
        | operation("length", texts())
    )
    return st.recursive(
        plain,
        lambda inner: (
            operation(st.sampled_from(["+", "-", "*", "/", "%", "div", "^"]), inner, inner)
            | operation(st.sampled_from(["abs", "floor", "ceil"]), inner)
        ),
        max_leaves=4,
    )


def instants() -> st.SearchStrategy:
    return columns(FieldType.DATE, FieldType.TIMESTAMP) | literals(FieldType.DATE) | literals(FieldType.TIMESTAMP)


def spans() -> st.SearchStrategy:
    ends = st.none() | columns(FieldType.DATE, FieldType.TIMESTAMP) | literals(FieldType.TIMESTAMP)
    fixed = st.sampled_from(
        [Interval(Literal(DAYS[0]), Literal(DAYS[2])), Interval(Literal(TIMES[0]), Literal(TIMES[1]))]
    )
    one_end = st.builds(lambda end: Interval(end, None), ends) | st.builds(lambda end: Interval(None, end), ends)
    named = st.builds(Interval, columns(FieldType.DATE), columns(FieldType.TIMESTAMP))
    return instants() | fixed | one_end | named | columns(FieldType.INTERVAL)


def shapes() -> st.SearchStrategy:
    boxes = st.sampled_from(
        [Box((23.0, 56.0, 24.0, 57.0)), Box((24.5, 50.0, 23.5, 60.0)), Box((23.0, 56.0, 23.0, 57.0))]
    )
    return columns(FieldType.GEOMETRY) | st.sampled_from([Shape(shape) for shape in SHAPES]) | boxes


def arrays() -> st.SearchStrategy:
    written = st.sampled_from([Array(tuple(Literal(text) for text in tags)) for tags in TAGS if tags])
    return columns(FieldType.ARRAY) | written


ARITHMETIC = sorted(arithmetic.OPERATORS)
TEMPORAL = [*periods.RELATIONS, periods.DISJOINT]
PATTERNS = ["%", "", "a%", "%a%", "_", "S%", "%\\_%", "%\\%", "\\%", "x\\\\_", "%s_e%", "a_b", "%a%b%", "š%s"]


def patterns() -> st.SearchStrategy:
    plain = st.sampled_from([Literal(text) for text in PATTERNS])
    return plain | operation(st.sampled_from(["casei", "accenti"]), plain)


def pair(op: str, one: st.SearchStrategy) -> st.SearchStrategy:
    return operation(op, one, one)


def several(one: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(one, min_size=1, max_size=3).map(lambda items: Array(tuple(items)))


def by_kind(make: Callable[[st.SearchStrategy], st.SearchStrategy]) -> st.SearchStrategy:
    return st.one_of([make(kind) for kind in (texts(), numbers(), instants())])


def compared(op: str) -> st.SearchStrategy:
    return by_kind(lambda one: pair(op, one))


# One strategy for each operator: chosen from a whole, some would hardly come up.
PREDICATES: dict[str, st.SearchStrategy] = {
    **{op: compared(op) for op in evaluation.COMPARISONS},
    "between": by_kind(lambda one: operation("between", one, one, one)),
    "in": by_kind(lambda one: operation("in", one, several(one))),
    "booleans": operation(st.sampled_from(["=", "<>"]), columns(FieldType.BOOLEAN), literals(FieldType.BOOLEAN)),
    "boolean": columns(FieldType.BOOLEAN) | literals(FieldType.BOOLEAN),
    "isNull": operation("isNull", columns(*FieldType) | texts() | numbers()),
    "like": operation("like", texts(), patterns()),
    **{op: operation("=", operation(op, texts()), texts()) for op in ("casei", "accenti", "lower", "upper")},
    **{op: operation("<", pair(op, numbers()), numbers()) for op in ARITHMETIC},
    **{op: operation("<", operation(op, numbers()), numbers()) for op in ("abs", "floor", "ceil")},
    **{op: pair(op, shapes()) for op in evaluation.SPATIAL},
    "collections": operation(
        st.sampled_from(["s_intersects", "s_disjoint"]),
        shapes(),
        st.sampled_from([Shape(shape) for shape in COLLECTIONS]),
    ),
    **{op: pair(op, spans()) for op in TEMPORAL},
    **{op: pair(op, arrays()) for op in evaluation.ARRAYS},
}


def conditions() -> st.SearchStrategy:
    return st.recursive(
        st.sampled_from(sorted(PREDICATES)).flatmap(PREDICATES.__getitem__),
        lambda inner: operation("not", inner) | operation(st.sampled_from(["and", "or"]), inner, inner),
        max_leaves=4,
    )


PREDICATES["together"] = conditions()
EXAMPLES = 60  # of each operator


def check_agreement(postgis, rows, asked: st.SearchStrategy, *, examples: int, zone=RIGA) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(asked)
    def agree(expression):
        stored, thought = in_sql(postgis, expression, zone), in_memory(rows, expression, zone)
        differing = [row for row, one, other in zip(rows, stored, thought, strict=True) if one is not other]
        assert not differing, f"{expression} of {differing[0]}"

    with mock.patch.object(costs, "COST_MAX", math.inf):
        agree()


@pytest.mark.parametrize("op", PREDICATES)
def test_sql_and_closure_agree_on_every_row(op, postgis, stored):
    check_agreement(postgis, stored, PREDICATES[op], examples=EXAMPLES)


def test_they_agree_where_days_are_utc(postgis, stored):
    check_agreement(postgis, stored, conditions(), examples=100, zone=UTC)


NEAR = st.builds(shapely.Point, st.floats(23.6, 23.8), st.floats(56.6, 56.7))
NEAR_LINES = st.lists(NEAR, min_size=2, max_size=4, unique_by=lambda point: point.wkt).map(shapely.LineString)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(
    place=NEAR | NEAR_LINES,
    rows=st.lists(NEAR | NEAR_LINES, min_size=1, max_size=4),
    metres=st.integers(1, 12_000) | st.floats(-1, 1e30),
    way=st.sampled_from(["<", "<=", ">", ">="]),
    turned=st.booleans(),
)
def test_they_agree_on_what_is_near(postgis, place, rows, metres, way, turned):
    distance: expressions.Expression = Operation("distance_m", (Property("geom"), Shape(place)))
    args = (Literal(metres), distance) if turned else (distance, Literal(metres))
    condition, values = sql.compile(Operation(way, args), FIELDS)
    holds = closures.compile(Operation(way, args), FIELDS)
    for shape in rows:
        statement = SQL("SELECT {} FROM (SELECT ST_GeomFromText({}, 4326) AS geom) AS f")
        (asked,) = postgis.execute(statement.format(condition, shape.wkt), values).fetchone()
        assert asked is holds({"geom": shape})


def test_what_is_near_is_found_by_the_index(postgis):
    postgis.execute("DROP TABLE IF EXISTS pg_temp.cql2_near")
    postgis.execute(
        "CREATE TEMPORARY TABLE cql2_near AS SELECT ST_SetSRID(ST_Point(20 + i / 1000.0, 56), 4326) AS geom"
        " FROM generate_series(1, 5000) AS i"
    )
    postgis.execute("CREATE INDEX ON cql2_near USING gist (geom)")
    postgis.execute("ANALYZE cql2_near")
    near = Operation("distance_m", (Shape(shapely.Point(23, 56)), Property("geom")))
    condition, values = sql.compile(Operation("<=", (near, Literal(200))), FIELDS)
    plan = postgis.execute(SQL("EXPLAIN SELECT FROM cql2_near AS f WHERE {}").format(condition), values).fetchall()
    assert any("Index Cond: (geom &&" in line for (line,) in plan)
    # A thousandth of a degree is 62.2 m at this latitude, so three lie on either side.
    assert len(postgis.execute(SQL("SELECT FROM cql2_near AS f WHERE {}").format(condition), values).fetchall()) == 7


def unknown_is_false(parts):
    (part,) = parts
    return lambda row: not part(row)


BROKEN = {
    "an end is left out": ("<=", evaluation, "COMPARISONS", evaluation.COMPARISONS | {"<=": operator.lt}),
    "not of unknown is true": ("together", evaluation, "BUILDERS", evaluation.BUILDERS | {"not": unknown_is_false}),
    "null is no choice": (
        "=",
        evaluation,
        "_column_with_constant",
        lambda compare, name, known: lambda row: compare(str(row.get(name)), str(known)),
    ),
    "a protected wildcard is wild": (
        "like",
        evaluation,
        "like_pattern",
        lambda text: text.replace("%", ".*").replace("_", "."),
    ),
    "within is contains": ("s_within", evaluation, "CONVERSE", {}),
    "a day ends when it begins": (
        "t_intersects",
        periods,
        "instant",
        lambda value, side, zone: periods_instant(value, "start", zone),
    ),
    "texts are sorted by the locale": ("<", rendering, "ORDERINGS", frozenset()),
    "nothing is tamed": ("*", evaluation, "BUILDERS", evaluation.BUILDERS | {"tame": lambda parts: parts[0]}),
    "an empty range is open": (
        "t_during",
        rendering,
        "_end_of_range",
        lambda part, side: rendering.fragment(
            "coalesce(lower({}), '-infinity')" if side == "start" else "coalesce(upper({}), 'infinity')", part
        ),
    ),
}
periods_instant = periods.instant


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_twin_is_found_out(how, postgis, stored):
    op, owner, name, broken = BROKEN[how]
    with mock.patch.object(owner, name, broken), pytest.raises((AssertionError, ArithmeticError)):
        check_agreement(postgis, stored, PREDICATES[op], examples=EXAMPLES)
