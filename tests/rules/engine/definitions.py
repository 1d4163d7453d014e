"""Random definitions with every effect, target, group, cap and counter, and receipts that make them meet."""

from typing import Any

from hypothesis import strategies as st

from rules.engine.definition import read_definition
from rules.engine.receipt import Line, read_receipt
from tests.rules.engine import conditions
from tests.rules.engine.programmes import SCHEMA, definition, fact, op

MODES = ["best", "all", "first"]
CATEGORIES = ["bread", "bus", "milk"]
GTINS = ["06291041500213", "00000073513537"]
TARIFF = {"code": "fares", "prices": {"bus": 30, "bread": 120}}
COUNTERS = [
    {"code": "rides", "counts": "units", "period": "day", "categories": ["bus"]},
    {"code": "paid", "counts": "paid-cents", "period": "week"},
    {"code": "visits", "counts": "receipts", "period": {"minutes": 60}},
    {"code": "months", "counts": "paid-cents", "period": "month", "categories": ["bus", "milk"]},
]
TRIGGERS = ["receipt", "check-in"]

few = st.integers(1, 4)
cents = st.integers(1, 400)
roundings = st.one_of(
    st.just({}),
    st.builds(
        lambda way, step, of: {"rounding": {"way": way, "step_cents": step, "of": of}},
        st.sampled_from(["half-up", "down", "up"]),
        st.sampled_from([1, 5]),
        st.sampled_from(["discount", "unit-price"]),
    ),
)
of_a_line = st.one_of(
    st.builds(
        lambda part, rounding, most: {"kind": "percent", "basis_points": part} | rounding | most,
        st.sampled_from([500, 1_250, 3_333, 8_000, 10_000]),
        roundings,
        st.one_of(st.just({}), cents.map(lambda most: {"cents_max": most})),
    ),
    st.builds(lambda off: {"kind": "amount", "cents": off, "per": "unit"}, cents),
    st.builds(lambda price: {"kind": "fixed-price", "cents": price}, st.integers(0, 200)),
    st.just({"kind": "tariff", "tariff": "fares"}),
)
of_many_lines = st.one_of(
    st.builds(lambda off: {"kind": "amount", "cents": off}, cents),
    st.builds(
        lambda bought, free, counter: {"kind": "free-quantity", "bought": bought, "free": free} | counter,
        few,
        st.integers(1, 2),
        st.sampled_from([{}, {"counter": "rides"}]),
    ),
    st.builds(
        lambda price, units: {"kind": "bundle", "cents": price} | units,
        st.integers(0, 300),
        st.one_of(st.just({}), few.map(lambda units: {"units": units})),
    ),
)
money = st.one_of(of_a_line, of_many_lines)
fare_caps = st.builds(
    lambda counter, most: {"kind": "pay-at-most", "counter": counter, "cents": most},
    st.sampled_from(["paid", "months"]),
    st.integers(0, 900),
)
points = st.builds(
    lambda many, per: {"kind": "points", "points": many, "per": per}, few, st.sampled_from(["decision", "unit", "euro"])
)
vouchers = st.builds(lambda worth: {"kind": "voucher", "cents": worth, "valid_days": 10}, st.integers(50, 60))
EFFECTS = {"m": money, "f": fare_caps, "p": points, "v": vouchers}

line_conditions = st.one_of(
    st.builds(lambda by, many: op(by, fact("line.quantity"), many), conditions.orders, few),
    st.builds(lambda by, price: op(by, fact("line.unit_price"), price), conditions.orders, st.integers(20, 200)),
    st.builds(lambda by, price: op(by, fact("line.amount"), price), conditions.orders, st.integers(20, 400)),
    st.just(op("not", op("=", fact("line.gtin"), GTINS[0]))),
)
some_lines = st.fixed_dictionaries(
    {},
    optional={
        "categories": st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3, unique=True),
        "gtins": st.lists(st.sampled_from(GTINS), min_size=1, max_size=2, unique=True),
        "when": line_conditions,
        "units_min": st.integers(0, 3),
        "units_max": few,
        "order": st.sampled_from(["cheapest", "dearest"]),
    },
)
of_lines = st.one_of(
    some_lines.map(lambda written: written | {"kind": "lines"}),
    st.lists(some_lines, min_size=1, max_size=3).map(lambda parts: {"kind": "set", "parts": parts}),
)
targets = st.one_of(st.just({"kind": "receipt"}), of_lines)
counted = st.builds(
    lambda code, by, many: op(by, fact(f"counter.{code}"), many),
    st.sampled_from([one["code"] for one in COUNTERS]),
    conditions.orders,
    st.sampled_from([0, 1, 2, 100, 300]),
)


@st.composite
def rules(draw: Any, whens: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from("mmmmmfpv"))
    effect, target = draw(EFFECTS[kind]), draw(targets)
    if effect.get("rounding", {}).get("of") == "unit-price" and target["kind"] == "receipt":
        target = {"kind": "lines"}
    mode = draw(st.sampled_from(MODES))
    written = {
        "effect": effect,
        "target": target,
        "group": {"code": f"{kind}-{mode}", "mode": mode},
        "priority": draw(st.integers(0, 2)),
    }
    when = draw(whens)
    return written if when is None else written | {"when": when}


@st.composite
def caps(draw: Any) -> dict[str, Any]:
    per = draw(st.sampled_from(["person", "person", "household", "programme", "merchant", "receipt"]))
    period = "always" if per == "receipt" else draw(st.sampled_from(["day", "week", "month", "year", "always"]))
    unit, limit = draw(
        st.sampled_from([("units", 3), ("units", 6), ("cents", 250), ("cents", 600), ("grants", 2), ("points", 5)])
    )
    return {"per": per, "period": period, "unit": unit, "limit": limit}


@st.composite
def programmes(draw: Any, *, whens: Any = None, most: int = 4) -> list[Any]:
    """Compiled, each with a code of its own; `whens` are conditions or None."""
    asked = st.one_of(st.none(), counted) if whens is None else whens
    found = []
    for place in range(draw(st.integers(1, most))):
        written = draw(st.lists(rules(asked), min_size=1, max_size=3))
        limits = draw(st.lists(caps(), max_size=2))
        found.append(
            read_definition(
                f"p{place}",
                definition(
                    *(rule | {"id": f"r{number}"} for number, rule in enumerate(written)),
                    triggers=draw(st.sampled_from([["receipt"], TRIGGERS])),
                    caps=[cap | {"code": f"c{number}"} for number, cap in enumerate(limits)],
                    counters=COUNTERS,
                    tariffs=[TARIFF],
                    funders=[{"when": op(">", fact("age"), 3), "funder": "state"}],
                ),
                SCHEMA,
            )
        )
    return found


@st.composite
def receipts(draw: Any, most: int = 6) -> Any:
    return read_receipt(
        Line(
            id=str(place),
            category=draw(st.sampled_from([*CATEGORIES, "other"])),
            amount_cents=draw(st.sampled_from([0, 1, 33, 85, 100, 199, 250, 640])),
            quantity=draw(st.integers(1, 4)),
            gtin=draw(st.sampled_from(["", "", *GTINS])),
        )
        for place in range(draw(st.integers(0, most)))
    )
