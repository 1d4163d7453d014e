"""Definitions for the form's tests: everything that the language can say, and some things that only an expert would."""

from hypothesis import strategies as st

codes = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
code_lists = st.lists(codes, min_size=1, max_size=3)
cents = st.integers(1, 100_000)
units = st.integers(1, 50)
days = st.dates().map(lambda day: {"date": day.isoformat()})
features = st.sampled_from(["boundaries/centre", "places/17", "custom-layer/A 1"])


def prop(name):
    return {"property": name}


def op(name, *args):
    return {"op": name, "args": list(args)}


minutes = st.integers(1, 1439)
week_parts = st.lists(
    st.one_of(
        st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(lambda d: op("in", prop("weekday"), d)),
        minutes.map(lambda at: op(">=", prop("time"), at)),
        minutes.map(lambda at: op("<", prop("time"), at)),
        st.booleans().map(lambda only: op("=", prop("holiday"), only)),
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: parts[0] if len(parts) == 1 else op("and", *parts))
areas = st.one_of(
    features.map(lambda name: op("s_intersects", prop("place.position"), {"feature": name})),
    features.map(lambda name: op("a_overlaps", prop("zones"), [name])),
    st.builds(
        lambda name, metres: op("<=", op("distance_m", prop("place.position"), {"feature": name}), metres),
        features,
        st.integers(0, 5000),
    ),
)
# Texts with quotes, operators in the other order, negations, numbers with a fraction: an expert's.
odd = st.one_of(
    st.text(max_size=8).map(lambda text: op("=", prop("place.code"), text)),
    st.integers(0, 120).map(lambda age: op(">", prop("resident.age"), age)),
    st.floats(0, 1000, allow_nan=False).map(
        lambda m: op("<", op("distance_m", prop("place.position"), {"type": "Point", "coordinates": [23.7, 56.6]}), m)
    ),
    st.integers(-5, -1).map(lambda low: op(">=", prop("receipt.total"), low)),
    code_lists.map(lambda groups: op("not", op("a_contains", prop("resident.groups"), groups))),
    st.just(op("isNull", prop("resident.age"))),
)
clauses = st.one_of(
    st.integers(0, 120).map(lambda age: op(">=", prop("resident.age"), age)),
    st.integers(0, 120).map(lambda age: op("<=", prop("resident.age"), age)),
    st.builds(
        lambda o, groups: op(o, prop("resident.groups"), groups),
        st.sampled_from(["a_overlaps", "a_contains"]),
        code_lists,
    ),
    code_lists.map(lambda groups: op("not", op("a_overlaps", prop("resident.groups"), groups))),
    code_lists.map(lambda districts: op("in", prop("resident.district"), districts)),
    code_lists.map(lambda places: op("in", prop("place.code"), places)),
    code_lists.map(lambda kinds: op("in", prop("merchant.category"), kinds)),
    st.builds(lambda a, b: op("between", prop("day"), a, b), days, days),
    st.builds(lambda a, b: op("between", prop("counter.rides"), a, b), units, units),
    cents.map(lambda least: op(">=", prop("receipt.total"), least)),
    areas,
    week_parts,
    st.lists(week_parts, min_size=2, max_size=3).map(lambda rows: op("or", *rows)),
    odd,
)
conditions = st.one_of(
    st.none(), clauses, st.lists(clauses, min_size=2, max_size=6).map(lambda parts: op("and", *parts))
)
line_conditions = st.one_of(st.none(), cents.map(lambda price: op("<=", prop("line.unit_price"), price)))


def given(**parts):
    """A mapping with some of the parts: those that came out as None are not there."""
    return st.fixed_dictionaries(parts).map(lambda made: {key: part for key, part in made.items() if part is not None})


def perhaps(strategy):
    return st.none() | strategy


gtins = st.sampled_from(["06291041500213", "00000073513537"])
lines = {
    "categories": perhaps(code_lists),
    "gtins": perhaps(st.lists(gtins, min_size=1, max_size=2)),
    "when": line_conditions,
    "units_min": perhaps(units),
    "units_max": perhaps(units),
    "order": perhaps(st.sampled_from(["cheapest", "dearest"])),
}
targets = st.one_of(
    st.just({"kind": "receipt"}),
    given(kind=st.just("lines"), **lines),
    given(kind=st.just("set"), parts=st.lists(given(**lines), min_size=1, max_size=3)),
)
rounding = given(
    way=perhaps(st.sampled_from(["half-up", "down", "up"])),
    step_cents=perhaps(st.integers(1, 10_000)),
    of=st.just("discount"),
)
effects = st.one_of(
    given(
        kind=st.just("percent"),
        basis_points=st.integers(1, 10_000),
        cents_max=perhaps(cents),
        rounding=perhaps(rounding),
    ),
    given(kind=st.just("amount"), cents=cents, per=perhaps(st.sampled_from(["receipt", "unit"]))),
    given(kind=st.just("fixed-price"), cents=st.integers(0, 9_999)),
    given(kind=st.just("free-quantity"), bought=units, free=units, counter=perhaps(codes)),
    given(kind=st.just("bundle"), cents=cents, units=perhaps(units)),
    given(kind=st.just("tariff"), tariff=codes),
    given(kind=st.just("pay-at-most"), counter=codes, cents=st.integers(0, 9_999)),
    given(kind=st.just("points"), points=units, per=perhaps(st.sampled_from(["decision", "unit", "euro"]))),
    given(kind=st.just("voucher"), cents=cents, valid_days=units, categories=perhaps(code_lists)),
)
groups = given(code=codes, mode=st.sampled_from(["best", "all", "first"]))
periods = st.sampled_from(["day", "week", "month", "year", "always"])
rules = given(
    id=codes, when=conditions, target=targets, effect=effects, group=groups, priority=perhaps(st.integers(0, 1000))
)
counters = given(
    code=codes,
    counts=st.sampled_from(["units", "paid-cents", "receipts"]),
    period=periods | st.integers(1, 600).map(lambda minutes: {"minutes": minutes}),
    categories=perhaps(code_lists),
)
caps = given(
    code=codes,
    per=perhaps(st.sampled_from(["person", "household", "programme", "merchant"])),
    period=periods,
    unit=st.sampled_from(["grants", "units", "cents", "points"]),
    limit=st.integers(1, 100_000),
)
tariffs = given(code=codes, prices=st.dictionaries(codes, st.integers(0, 9_999), min_size=1, max_size=3))
funders = given(when=conditions, funder=codes)


def distinct(strategy, key, **limits):
    return st.lists(strategy, unique_by=lambda one: one[key], **limits)


definitions = given(
    format=st.just(1),
    triggers=st.lists(st.sampled_from(["receipt", "check-in"]), min_size=1, max_size=2, unique=True),
    when=conditions,
    rules=distinct(rules, "id", min_size=1, max_size=3),
    caps=perhaps(distinct(caps, "code", max_size=2)),
    counters=perhaps(distinct(counters, "code", max_size=2)),
    tariffs=perhaps(distinct(tariffs, "code", max_size=2)),
    funders=perhaps(st.lists(funders, max_size=2)),
)
