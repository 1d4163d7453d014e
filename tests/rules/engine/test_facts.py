import pytest

from rules.engine.errors import RuleError
from tests.rules.engine.programmes import SCHEMA


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", "62"),
        ("age", True),
        ("age", 62.0),
        ("income", 10.5),
        ("share", float("nan")),
        ("share", "half"),
        ("name", 5),
        ("name", "x" * 1_001),
        ("place", "castel"),
        ("groups", "senior"),
        ("groups", ["veteran"]),
        ("groups", [5]),
        ("verified", 1),
        ("day", "2026-13-01"),
        ("day", "20260901"),
        ("at", "2026-09-01T08:00:00"),
        ("at", 5),
        ("position", {"type": "Point", "coordinates": [23.7, 156.6]}),
        ("position", {"type": "Feature", "geometry": None}),
        ("shoe_size", 42),
    ],
)
def test_a_fact_of_another_type_is_refused_by_name(name, value):
    with pytest.raises(RuleError) as refused:
        SCHEMA.read({name: value})
    assert refused.value.field == name


def test_a_refusal_states_the_unit():
    with pytest.raises(RuleError, match=r"whole number \(unit: year\), not “62”"):
        SCHEMA.read({"age": "62"})


def test_null_is_not_known():
    assert dict(SCHEMA.read({"age": None, "walk": 3})) == {"walk": 3}
