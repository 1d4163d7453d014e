"""What nobody honest sends: each is refused by a FilterError, quickly, or is a harmless value."""

import json
import threading
import time

import pytest
from psycopg.sql import SQL, Identifier

from gis_platform.core.cql2 import closures, limits, parsing, sql
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.fields import Field, FieldType

FIELDS = {
    name: Field(name, kind, Identifier("f", name))
    for name, kind in {
        "name": FieldType.STRING,
        "floors": FieldType.INTEGER,
        "height": FieldType.NUMBER,
        "open": FieldType.BOOLEAN,
        "built": FieldType.DATE,
        "seen": FieldType.TIMESTAMP,
        "geom": FieldType.GEOMETRY,
        "holds": FieldType.INTERVAL,
        "tags": FieldType.ARRAY,
    }.items()
}
QUICKLY_S = 1.0
MANY = 50_000

REFUSED_TEXTS = {
    "nothing": "",
    "spaces": "   ",
    "a second statement": "floors = 1; DROP TABLE users",
    "a comment": "floors = 1 -- and more",
    "a block comment": "floors /**/ = 1",
    "a union": "floors = 1 UNION SELECT 1",
    "a subquery": "floors = (SELECT 1)",
    "pg_sleep": "pg_sleep(10) = 1",
    "pg_sleep in capitals": "PG_SLEEP(10) IS NULL",
    "pg_read_file": "pg_read_file('/etc/passwd') LIKE '%'",
    "a schema's function": "pg_catalog.version() = 'x'",
    "a quoted function": '"pg_sleep"(1) = 1',
    "current_setting": "current_setting('is_superuser') = 'on'",
    "lo_import": "lo_import('/etc/passwd') > 0",
    "a function inside": "name = casei(query_to_xml('select 1', true, true, ''))",
    "a cast": "floors::text = '1'",
    "a hidden column": "password = 'x'",
    "a quoted column": '"name"" OR 1=1 --" = \'x\'',
    "a column with a dot": "f.name = 'x'",
    "a system column": "ctid = '(0,1)'",
    "an open quote": "name = 'x",
    "an open double quote": '"name = 1',
    "backslash quotes": "name = 'x\\' OR 1=1 --'",
    "dollar quotes": "name = $$x$$",
    "a unicode escape": "name = U&'\\0027'",
    "parentheses": "(" * 2_000 + "floors = 1" + ")" * 2_000,
    "many more parentheses": "(" * 40_000 + ")" * 40_000,
    "closing parentheses": ")" * MANY,
    "nots": "NOT " * 20_000 + "open",
    "nots with parentheses": "NOT(" * 200 + "open" + ")" * 200,
    "signs": "floors = " + "- " * MANY + "1",
    "signs without spaces": "floors = " + "-" * MANY + "1",
    "a chain of sums": "floors = " + "+".join(["1"] * 20_000),
    "a chain of differences": "floors = " + "-".join(["1"] * 20_000),
    "a chain of functions": "floors = " + "-".join(["length(name)"] * 2_000),
    "a chain of pairs": "floors = " + "-".join(["f(1,2)"] * 2_000),
    "a chain of equals": " = ".join(["floors"] * 10_000),
    "a chain of ands": " AND ".join(["floors = 1"] * 5_000),
    "a chain of powers": "floors = " + "^".join(["9"] * 10_000),
    "nested powers": "height = height ^ (height ^ (height ^ (height ^ height)))",
    "nested functions": "name = " + "casei(" * 5_000 + "name" + ")" * 5_000,
    "a chain inside of a point": "s_intersects(geom, POINT(" + " -1" * 5_000 + "))",
    "nested collections": "s_intersects(geom, " + "GEOMETRYCOLLECTION(" * 3_000 + "POINT(1 2)" + ")" * 3_000 + ")",
    "a giant polygon": "s_intersects(geom, POLYGON((" + ",".join(["23.1 56.1"] * 10_100) + ")))",
    "a longer polygon": "s_intersects(geom, POLYGON((" + ",".join(["23.1 56.1"] * 200_000) + ")))",
    "a long list": "floors IN (" + ",".join(["1"] * 20_000) + ")",
    "a long text": "name = '" + "x" * 90_000 + "'",
    "a long name": "x" * 90_000 + " = 1",
    "a long number": "floors = " + "9" * 90_000,
    "a number without end": "height = 1e400",
    "an inexact number": "floors = 9007199254740993",
    "NaN": "height = NaN",
    "infinity": "height = Infinity",
    "a bowtie": "s_intersects(geom, POLYGON((23 56, 24 57, 24 56, 23 57, 23 56)))",
    "an open ring": "s_intersects(geom, POLYGON((23 56, 24 57, 24 56)))",
    "a ring of two": "s_intersects(geom, POLYGON((23 56, 24 57)))",
    "a line of one": "s_intersects(geom, LINESTRING(23 56))",
    "an empty point": "s_intersects(geom, POINT EMPTY)",
    "an empty polygon": "s_intersects(geom, POLYGON EMPTY)",
    "a point of NaN": "s_intersects(geom, POINT(NaN NaN))",
    "a point beyond": "s_intersects(geom, POINT(1e308 1e308))",
    "axes the other way": "s_intersects(geom, POINT(56 123))",
    "a box upside down": "s_intersects(geom, BBOX(23, 57, 24, 56))",
    "a box of three": "s_intersects(geom, BBOX(23, 57, 24))",
    "an SRID of its own": "s_intersects(geom, SRID=3857;POINT(1 2))",
    "a curve": "s_intersects(geom, CIRCULARSTRING(0 0, 1 1, 2 0))",
    "a zero byte": "name = 'a\0b'",
    "half a surrogate": "name = '\ud800'",
    "half a surrogate as a name": "\udfff = 1",
    "a date that is none": "built = DATE('2026-02-30')",
    "the year 0": "built = DATE('0000-01-01')",
    "the year 20000": "built = DATE('20000-01-01')",
    "a date in other digits": "built = DATE('２０２６-01-01')",
    "a time that is none": "seen = TIMESTAMP('2026-01-01T25:00:00Z')",
    "a leap second": "seen = TIMESTAMP('2026-12-31T23:59:60Z')",
    "a time before all": "seen = TIMESTAMP('0001-01-01T00:00:00+14:00')",
    "infinity as a time": "seen > 'infinity'",
    "now as a time": "seen > 'now'",
    "an interval backwards": "t_during(seen, INTERVAL('2026-02-01', '2026-01-01'))",
    "an interval of texts": "t_during(seen, INTERVAL('x', 'y'))",
    "an interval of names": "t_during(seen, INTERVAL(name, name))",
    "a pattern of wildcards": "name LIKE '" + "%a" * 20 + "'",
    "a long pattern": "name LIKE '" + "a" * 1_000 + "'",
    "a pattern from a column": "name LIKE name",
    "a pattern that ends in a backslash": "name LIKE 'a\\'",
    "a type that does not fit": "floors = 'x'",
    "a text as a condition": "name",
    "a number as a condition": "1",
    "a geometry compared": "geom = geom",
    "null": "name = NULL",
    "arithmetic of texts": "name + name = 'x'",
    "an array of numbers": "a_contains(tags, (1, 2))",
    "too few arguments": "casei() = 'x'",
    "too many arguments": "s_intersects(geom, geom, geom)",
    "much folding": " OR ".join(["accenti(casei(name)) LIKE accenti(casei('%x%'))"] * 3),
    "many distances": " AND ".join(["distance_m(geom, POINT(23 56)) > 1"] * 20),
    "a distance to a long line": "distance_m(geom, LINESTRING("
    + ",".join(f"23 56.{i:04}" for i in range(200))
    + ")) < 1",
    "a tame of ours": "tame(height) = 1",
}
REFUSED_JSON = {
    "a text": "x",
    "nothing": None,
    "a list": [],
    "a list of lists": [[[[]]]],
    "an empty object": {},
    "an op that is a list": {"op": ["="], "args": []},
    "an op that is an object": {"op": {"op": "="}, "args": []},
    "no args": {"op": "="},
    "args that are an object": {"op": "=", "args": {"0": 1}},
    "one member more": {"op": "isNull", "args": [{"property": "name"}], "sql": "1"},
    "a property that is a number": {"op": "isNull", "args": [{"property": 1}]},
    "a property that is a list": {"op": "isNull", "args": [{"property": ["name"]}]},
    "a property with more": {"op": "isNull", "args": [{"property": "name", "op": "x"}]},
    "SQL as an op": {"op": "= 1 OR 1=1 --", "args": [{"property": "name"}, "x"]},
    "a brace as an op": {"op": "{}", "args": [{"property": "name"}, "x"]},
    "a percent as a name": {"op": "=", "args": [{"property": "%s"}, "x"]},
    "a huge integer": {"op": "=", "args": [{"property": "floors"}, 10**400]},
    "an integer beyond bigint": {"op": "=", "args": [{"property": "floors"}, 2**63]},
    "NaN": {"op": "=", "args": [{"property": "height"}, float("nan")]},
    "infinity": {"op": "=", "args": [{"property": "height"}, float("-inf")]},
    "bytes": {"op": "=", "args": [{"property": "name"}, b"x"]},
    "a set": {"op": "=", "args": [{"property": "name"}, {1}]},
    "keys that are no texts": {1: 2, "op": "="},
    "a geometry without type": {"op": "s_intersects", "args": [{"property": "geom"}, {"coordinates": [1, 2]}]},
    "a type that is a list": {"op": "s_intersects", "args": [{"property": "geom"}, {"type": ["Point"]}]},
    "a Feature": {"op": "s_intersects", "args": [{"property": "geom"}, {"type": "Feature", "geometry": None}]},
    "a point of texts": {
        "op": "s_intersects",
        "args": [{"property": "geom"}, {"type": "Point", "coordinates": ["23", "56"]}],
    },
    "a point of truths": {
        "op": "s_intersects",
        "args": [{"property": "geom"}, {"type": "Point", "coordinates": [True, False]}],
    },
    "a point of giants": {
        "op": "s_intersects",
        "args": [{"property": "geom"}, {"type": "Point", "coordinates": [10**400, 1]}],
    },
    "a crs of its own": {
        "op": "s_intersects",
        "args": [{"property": "geom"}, {"type": "Point", "coordinates": [23, 56], "crs": {"type": "link"}}],
    },
    "a box of truths": {"op": "s_intersects", "args": [{"property": "geom"}, {"bbox": [True, 1, 2, 3]}]},
    "a box of NaN": {"op": "s_intersects", "args": [{"property": "geom"}, {"bbox": [float("nan")] * 4}]},
    "an interval of one": {"op": "t_during", "args": [{"property": "seen"}, {"interval": ["2026-01-01"]}]},
    "an interval of numbers": {"op": "t_during", "args": [{"property": "seen"}, {"interval": [1, 2]}]},
    "an interval of intervals": {
        "op": "t_during",
        "args": [{"property": "seen"}, {"interval": [{"interval": ["..", ".."]}, ".."]}],
    },
    "a date that is a number": {"op": "=", "args": [{"property": "built"}, {"date": 20260101}]},
    "half a surrogate": {"op": "=", "args": [{"property": "name"}, "\udc00"]},
    "a zero byte": {"op": "=", "args": [{"property": "name"}, "\0"]},
    "a choice of nothing": {"op": "in", "args": [{"property": "name"}, []]},
    "a null among choices": {"op": "in", "args": [{"property": "name"}, ["x", None]]},
    "many choices": {"op": "in", "args": [{"property": "floors"}, list(range(5_000))]},
    "many parts": {"op": "and", "args": [{"op": "isNull", "args": [{"property": "name"}]}] * 900},
}
REFUSED_BODIES = {
    "nothing": b"",
    "no JSON": b"floors = 1",
    "bad UTF-8": b'{"op": "=", "args": [{"property": "name"}, "\xff\xfe"]}',
    "UTF-16": json.dumps({"op": "isNull", "args": [{"property": "name"}]}).encode("utf-16"),
    "one name twice": b'{"op": "isNull", "op": "not", "args": [{"property": "name"}]}',
    "NaN": b'{"op": "=", "args": [{"property": "height"}, NaN]}',
    "infinity": b'{"op": "=", "args": [{"property": "height"}, -Infinity]}',
    "a number beyond doubles": b'{"op": "=", "args": [{"property": "height"}, 1e999]}',
    "lists": b"[" * 400_000,
    "closed lists": b"[" * 50_000 + b"]" * 50_000,
    "objects": b'{"op":' * 50_000,
    "nots": b'{"op":"not","args":[' * 45 + b"true" + b"]}" * 45,
    "deep in a text": b'"' + b"[" * 1_000 + b'"',
    "too long": b" " * 2_000_000,
    "a number of many digits": b'{"op": "=", "args": [{"property": "floors"}, ' + b"9" * 500_000 + b"]}",
}


def compiled(expression) -> None:
    sql.compile(expression, FIELDS)
    closures.compile(expression, FIELDS)


def refuse(read, value) -> FilterError:
    began = time.perf_counter()
    with pytest.raises(FilterError) as refused:
        compiled(read(value))
    assert time.perf_counter() - began < QUICKLY_S
    error = refused.value
    assert error.code in CODES
    assert len(error.detail) < 400
    error.detail.encode()
    return error


CODES = {
    "filter-syntax",
    "filter-too-large",
    "filter-too-deep",
    "filter-too-costly",
    "filter-type",
    "filter-value",
    "filter-geometry",
    "unknown-queryable",
    "unknown-function",
}


@pytest.mark.parametrize("name", REFUSED_TEXTS)
def test_a_hostile_text_is_refused(name):
    refuse(parsing.from_text, REFUSED_TEXTS[name])


@pytest.mark.parametrize("name", REFUSED_JSON)
def test_a_hostile_object_is_refused(name):
    refuse(parsing.from_json, REFUSED_JSON[name])


@pytest.mark.parametrize("name", REFUSED_BODIES)
def test_a_hostile_body_is_refused(name):
    refuse(parsing.from_json_text, REFUSED_BODIES[name])


def test_an_object_that_holds_itself_is_refused():
    loop = {"op": "not", "args": []}
    loop["args"].append(loop)
    assert refuse(parsing.from_json, loop).code == "filter-too-deep"


HARMLESS = [
    "name = 'x'' OR 1=1 --'",
    "name = '; DROP TABLE users; --'",
    "name = '%s %(x)s {} %% {0}'",
    "name LIKE '%''; SELECT pg_sleep(10); --%'",
    "name = '\\'",
    "name = '\U0001f3d9 ā́ \u202e'",
    "name IN ('a'') --', '$1')",
    "casei(name) = casei('İ\u0307ŉ')",
    "accenti(name) LIKE accenti('%\u0301\u0301%')",
    "height = 1e-400 OR height * 1e-300 / 1e300 = 0",
    "floors / 0 = 1 OR floors % 0 = 1 OR floors div 0 = 1",
    "floors ^ -1 > 0 OR (0 - floors) ^ 0.5 > 0 OR height ^ height > 1",
    "a_contains(tags, ('{a,b}', '\"', 'NULL'))",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_value_stays_a_value(text, postgis):
    postgis.execute("DROP TABLE IF EXISTS pg_temp.cql2_hostile")
    postgis.execute(
        "CREATE TEMPORARY TABLE cql2_hostile AS SELECT 'x'::text AS name, 3::bigint AS floors,"
        " 1.7e308::float8 AS height, ARRAY['a'] AS tags"
    )
    condition, values = sql.compile(parsing.from_text(text), FIELDS)
    row = {"name": "x", "floors": 3, "height": 1.7e308, "tags": ("a",)}
    found = postgis.execute(SQL("SELECT {} FROM cql2_hostile AS f").format(condition), values).fetchone()
    assert found == (closures.compile(parsing.from_text(text), FIELDS)(row),)


def test_the_largest_filter_passes_in_a_thread_with_a_small_stack():
    """The parser is a compiled one that overflows the stack without a word: the limits must come well before."""
    depth = limits.PARENTHESES_DEPTH_MAX
    largest = [
        "(" * depth + "open" + ")" * depth,
        "NOT " * (limits.DEPTH_MAX - 2) + "open",
        " AND ".join(["floors = 1"] * 100),
        "floors IN (" + ",".join(["1"] * limits.ITEMS_MAX) + ")",
    ]
    refused = ["NOT " * limits.OPERATORS_MAX + "open", "floors = " + "+".join(["1"] * limits.OPERATORS_MAX)]
    done = []

    def read() -> None:
        for text in largest:
            compiled(parsing.from_text(text))
        for text in refused:
            refuse(parsing.from_text, text)
        done.append(True)

    before = threading.stack_size(1024 * 1024)
    try:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert done
