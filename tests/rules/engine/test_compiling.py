from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine.compiling import compile_tests
from rules.engine.condition import Condition
from rules.engine.indexing import Index
from tests.rules.engine import conditions
from tests.rules.engine.programmes import AGE, SCHEMA, fact, op


@settings(max_examples=400, deadline=None)
@given(st.lists(conditions.conditions, min_size=1, max_size=4), conditions.facts)
def test_source_and_closures_agree_and_what_is_not_known_is_not_true(some, values):
    read = [Condition(condition, SCHEMA) for condition in some]
    facts = SCHEMA.read(values)
    tests = compile_tests([condition.expression for condition in read])
    assert [test(facts.get) for test in tests] == [condition.holds(facts) is True for condition in read]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(conditions.conditions, max_size=4), min_size=1, max_size=5), conditions.facts)
def test_the_index_loses_no_rule_and_settles_what_it_says(some, values):
    rules = [[Condition(condition, SCHEMA) for condition in conditions] for conditions in some]
    facts, index = SCHEMA.read(values), Index()
    left = [index.add(place, [one.expression for one in rule]) for place, rule in enumerate(rules)]
    index.build()
    candidates = index.candidates(facts)
    found = [
        bool(candidates >> place & 1) and all(test(facts.get) for test in compile_tests(asked))
        for place, asked in enumerate(left)
    ]
    assert found == [all(one.holds(facts) is True for one in rule) for rule in rules]


def test_no_text_of_a_person_gets_into_the_source():
    hostile = "'); raise SystemExit  #"
    condition = Condition(op("or", op("=", fact("name"), hostile), op("=", AGE, 1)), SCHEMA)
    (test,) = compile_tests([condition.expression])
    assert test({"name": hostile}.get) is True
    assert set(test.__code__.co_varnames) == {"get", "v1", "v2"}
    assert hostile not in str(test.__code__.co_consts)
