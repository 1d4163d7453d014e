from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rules.engine import compiling
from rules.engine.book import RuleBook
from rules.engine.deciding import decide
from rules.engine.indexing import Index
from rules.engine.receipt import read_receipt
from tests.rules.engine import conditions, definitions
from tests.rules.engine.programmes import AGE, SCHEMA, amount, fact, op, percent, programme, rule

WHENS = st.one_of(st.none(), definitions.counted, conditions.conditions)


@st.composite
def cases(draw):
    """Everything that a decision may be told beside the programmes."""
    some = draw(definitions.programmes(whens=WHENS))
    left = {
        (one.code, cap.code): draw(st.integers(0, cap.limit)) for one in some for cap in one.caps if draw(st.booleans())
    }
    before = {
        (one.code, counter.code): draw(st.integers(0, 300))
        for one in some
        for counter in one.counters
        if draw(st.booleans())
    }
    held = {one.code: "suspended" for one in some if draw(st.integers(0, 5)) == 5}
    facts = SCHEMA.read(draw(conditions.facts) | {"trigger": draw(st.sampled_from(definitions.TRIGGERS))})
    known = {"remaining": left, "counters": before, "withheld": held}
    return some, facts, draw(definitions.receipts()), known


def agree(some, facts, receipt, known):
    expected = replace(decide(some, facts=facts, receipt=receipt, **known), explanations=())
    assert RuleBook(some).decide(facts, receipt, **known) == expected


@settings(max_examples=300, deadline=None)
@given(cases())
def test_the_book_says_what_the_reference_says(case):
    agree(*case)


def _forgets_what_is_not_known(self, facts):
    """A twin that takes a fact that is not known for one that no rule minds."""
    found = self._all
    for name, choose in self._chooses:
        found &= choose(facts[name]) if name in facts else self._all
    return found


def _takes_what_is_not_known_for_false(self, expression):
    """A twin without the third value."""
    return f"not {self.truth(expression)}"


@pytest.mark.parametrize(
    ("broken", "name", "twin"),
    [
        (Index, "candidates", _forgets_what_is_not_known),
        (compiling._Writer, "falsity", _takes_what_is_not_known_for_false),
    ],
)
def test_a_broken_twin_does_not_agree(broken, name, twin, monkeypatch):
    monkeypatch.setattr(broken, name, twin)

    @settings(max_examples=2_000, deadline=None, phases=[Phase.generate], database=None, derandomize=True)
    @given(cases())
    def search(case):
        agree(*case)

    with pytest.raises(AssertionError):
        search()


def test_a_condition_that_rules_share_is_asked_once():
    shared = op("like", fact("name"), "x%")
    some = [programme(f"p{place}", rule(percent(1_000), when=op("and", shared, op("=", AGE, 7)))) for place in range(9)]
    book, asked = RuleBook(some), []

    class Facts(dict):
        def get(self, name):
            asked.append(name)
            return super().get(name)

    assert book.matching(Facts(trigger="receipt", name="xyz", age=7)) == list(range(9))
    assert sorted(asked) == ["age", "name", "trigger"]


def test_the_order_of_the_programmes_changes_nothing():
    some = [programme(f"p{place}", rule(amount(10 * place + 5), mode="all")) for place in range(4)]
    facts, receipt = SCHEMA.read({"trigger": "receipt"}), read_receipt([])
    assert RuleBook(some).decide(facts, receipt) == RuleBook(reversed(some)).decide(facts, receipt)
