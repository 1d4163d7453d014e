"""Random conditions over the tests' facts, and random facts, many of them not known."""

from typing import Any

from hypothesis import strategies as st

from tests.rules.engine.programmes import fact, op

WEST, SOUTH = 23.70, 56.60
DAYS = ["2026-08-31", "2026-09-01", "2026-09-02"]
INSTANTS = ["2026-09-01T08:00:00+03:00", "2026-09-01T05:00:00Z", "2026-09-01T05:00:01Z", "2026-09-01T21:30:00Z"]
NAMES = ["Šiauliai", "siauliai", "STRASSE", "Straße", "50% off", "50x off"]
PLACES = ["castle", "museum", "bus"]
degrees = st.integers(0, 4).map(lambda step: step / 100)
points = st.builds(lambda east, north: {"type": "Point", "coordinates": [WEST + east, SOUTH + north]}, degrees, degrees)


@st.composite
def boxes(draw: Any) -> dict[str, Any]:
    west, south = WEST + draw(degrees), SOUTH + draw(degrees)
    east, north = west + 0.01 * draw(st.integers(1, 3)), south + 0.01 * draw(st.integers(1, 3))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


values = {
    "age": st.integers(0, 6),
    "walk": st.integers(0, 6),
    "income": st.integers(0, 6),
    "share": st.sampled_from([0, 0.5, 1, 1.5, 2.5]),
    "name": st.sampled_from(NAMES),
    "place": st.sampled_from(PLACES),
    "groups": st.lists(st.sampled_from(["pupil", "senior"]), unique=True),
    "verified": st.booleans(),
    "day": st.sampled_from(DAYS),
    "at": st.sampled_from(INSTANTS),
    "position": st.one_of(points, boxes()),
}
facts = st.fixed_dictionaries({"trigger": st.just("receipt")}, optional=values)  # what is left out is not known

numbers = st.sampled_from(["age", "share"])
orders = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])
spatials = st.sampled_from(["s_intersects", "s_within", "s_contains", "s_disjoint"])
temporals = st.sampled_from(["t_after", "t_before", "t_during", "t_intersects"])
dates = st.one_of(
    st.sampled_from(DAYS).map(lambda text: {"date": text}),
    st.tuples(st.sampled_from(["..", DAYS[0], DAYS[1]]), st.sampled_from(DAYS[1:])).map(
        lambda ends: {"interval": list(ends)}
    ),
)
folds = st.sampled_from([lambda part: part, lambda part: op("casei", part), lambda part: op("accenti", part)])
leaves = st.one_of(
    st.builds(lambda name, by, value: op(by, fact(name), value), numbers, orders, st.sampled_from([0, 1, 2.5, 4])),
    st.builds(lambda name, by, value: op(by, value, fact(name)), numbers, orders, st.integers(0, 5)),
    st.builds(lambda by: op(by, fact("name"), fact("place")), orders),
    st.builds(lambda low, high: op("between", fact("age"), low, high), st.integers(0, 4), st.integers(0, 6)),
    st.builds(lambda some: op("in", fact("age"), some), st.lists(st.integers(0, 6), min_size=1, max_size=3)),
    st.builds(lambda other: op("in", fact("name"), [other, fact("place")]), st.sampled_from(NAMES)),
    st.builds(lambda by, place: op(by, fact("place"), place), st.sampled_from(["=", "<>"]), st.sampled_from(PLACES)),
    st.builds(lambda some: op("in", fact("place"), some), st.lists(st.sampled_from(PLACES), min_size=1, max_size=2)),
    st.builds(lambda by, some: op(by, fact("groups"), some), st.sampled_from(["a_contains", "a_overlaps"]),
              st.lists(st.sampled_from(["pupil", "senior"]), max_size=2)),
    st.builds(lambda known: op("=", fact("verified"), known), st.booleans()),
    st.builds(lambda name: op("isNull", fact(name)), st.sampled_from(["age", "position", "groups"])),
    st.builds(lambda fold, text: op("=", fold(fact("name")), fold(text)), folds, st.sampled_from(NAMES)),
    st.builds(lambda fold, text: op("like", fold(fact("name")), fold(text)), folds,
              st.sampled_from(["%auli%", "50\\%%", "str%", "S_RASSE", "%"])),
    st.builds(lambda by, area: op(by, fact("position"), area), spatials, boxes()),
    st.builds(lambda by, area: op(by, area, fact("position")), spatials, points),
    st.builds(lambda by, place, far: op(by, op("distance_m", fact("position"), place), far), orders, points,
              st.sampled_from([0, 700, 1_500])),
    st.builds(lambda by, when: op(by, fact("day"), when), temporals, dates),
    st.builds(lambda by, when: op(by, fact("at"), {"timestamp": when}), temporals, st.sampled_from(INSTANTS)),
)  # fmt: skip
conditions = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.lists(parts, min_size=2, max_size=3).map(lambda some: op("and", *some)),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: op("or", *some)),
        parts.map(lambda part: op("not", part)),
        st.builds(lambda part, known: op("=", part, known), parts, st.booleans()),
    ),
    max_leaves=6,
)
