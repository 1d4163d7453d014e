"""All rules of a set of programmes, ready to decide at a till: what deciding.decide says, without the explanation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rules.engine import caps, counting
from rules.engine.case import Case
from rules.engine.combination import Contender
from rules.engine.compiling import Test, compile_tests, cost
from rules.engine.definition import COUNTER, Programme, Rule
from rules.engine.expressions import Expression, Operation, Property
from rules.engine.facts import Facts
from rules.engine.indexing import Index, Mask, by_member
from rules.engine.outcome import CapKey, CounterKey, Outcome
from rules.engine.receipt import Receipt

TRIGGER = "trigger"
NOTHING = Outcome()


class RuleBook:
    """Made once for the versions that are in force together; deciding changes nothing in it."""

    def __init__(self, programmes: Iterable[Programme]) -> None:
        self.programmes = tuple(sorted(programmes, key=lambda programme: programme.code))
        self._by_code = {one.code: one for one in self.programmes}
        self._counting = [one for one in self.programmes if one.counters]
        self._rules = [(one, rule) for one in self.programmes for rule in sorted(one.rules, key=lambda rule: rule.id)]
        self._index = Index()
        self._shared = _Conditions()
        self._own: dict[int, list[Expression]] = {}  # conditions about counters, of which every programme has its own
        for place, (programme, rule) in enumerate(self._rules):
            self._add(place, programme, rule)
        self._index.build()
        wanted = {place: rule.target.categories for place, (_, rule) in enumerate(self._rules)}
        asked = {place: categories for place, categories in wanted.items() if categories is not None}
        self._finding_lines = by_member(asked, (1 << len(self._rules)) - 1)
        self._shared.compile()
        self._own_tests = {place: compile_tests(own) for place, own in self._own.items()}

    def decide(
        self,
        facts: Facts,
        receipt: Receipt,
        *,
        remaining: Mapping[CapKey, int] | None = None,
        withheld: Mapping[str, str] | None = None,
        counters: Mapping[CounterKey, int] | None = None,
    ) -> Outcome:
        case = Case(facts, receipt, remaining or {}, withheld or {}, counters or {})
        contenders = self._contenders(case)
        counting = [one for one in self._counting if one.answers(facts[TRIGGER])]
        if not contenders and not counting:
            return NOTHING
        competing = {contender.rule.programme for contender in contenders}
        _, given = case.given(self._named(competing), contenders)
        return case.outcome(self._named(competing | {one.code for one in counting}), given)

    def matching(self, facts: Facts) -> list[int]:
        """The places of the rules whose conditions hold, as far as they do not ask a counter."""
        return self._shared.holding(self._index.candidates(facts), facts)

    def _named(self, codes: Iterable[str]) -> list[Programme]:
        return [self._by_code[code] for code in sorted(codes)]

    def _add(self, place: int, programme: Programme, rule: Rule) -> None:
        conditions = [part for condition in rule.conditions for part in _parts(condition.expression)]
        self._index.choose(place, TRIGGER, programme.form.triggers)
        left = self._index.add(place, [one for one in conditions if not _asks_counter(one)])
        self._shared.add(place, sorted(left, key=cost))
        if own := [one for one in conditions if _asks_counter(one)]:
            self._own[place] = own

    def _contenders(self, case: Case) -> list[Contender]:
        matched: dict[str, list[int]] = defaultdict(list)
        candidates = self._index.candidates(case.facts)
        candidates &= self._finding_lines({line.category for line in case.receipt.lines})
        for place in self._shared.holding(candidates, case.facts):
            matched[self._rules[place][0].code].append(place)
        return [contender for places in matched.values() for contender in self._of_programme(case, places)]

    def _of_programme(self, case: Case, places: Sequence[int]) -> list[Contender]:
        programme = self._rules[places[0]][0]
        if case.withheld.get(programme.code) or caps.exhausted(programme, case.remaining):
            return []
        counted = counting.counted_before(programme, case.counters)
        facts = counting.with_counters(case.facts, counted)
        holding = (place for place in places if all(test(facts.get) for test in self._own_tests.get(place, ())))
        tried = (case.contender(self._rules[place][1], facts, counted) for place in holding)
        return [contender for contender in tried if contender is not None]


class _Conditions:
    """What the index leaves to be asked. A condition that several rules have is asked once, and settles all of them."""

    def __init__(self) -> None:
        self._places: dict[Expression, int] = {}
        self._having: list[Mask] = []  # the rules that have a condition
        self._asked: dict[int, list[int]] = {}  # the conditions of a rule, the cheap ones first
        self._tests: list[Test] = []

    def add(self, rule: int, conditions: Iterable[Expression]) -> None:
        self._asked[rule] = []
        for condition in conditions:
            place = self._places.setdefault(condition, len(self._places))
            if place == len(self._having):
                self._having.append(0)
            self._having[place] |= 1 << rule
            self._asked[rule].append(place)

    def compile(self) -> None:
        self._tests = compile_tests(list(self._places))

    def holding(self, candidates: Mask, facts: Facts) -> list[int]:
        found, true, get = [], set[int](), facts.get
        while candidates:
            lowest = candidates & -candidates
            rule = lowest.bit_length() - 1
            for place in self._asked[rule]:
                if place in true:
                    continue
                if not self._tests[place](get):
                    candidates &= ~self._having[place]
                    break
                true.add(place)
            else:
                found.append(rule)
                candidates ^= lowest
        return found


def _parts(expression: Expression) -> list[Expression]:
    """The conditions that all have to hold."""
    if isinstance(expression, Operation) and expression.op == "and":
        return [part for arg in expression.args for part in _parts(arg)]
    return [expression]


def _asks_counter(expression: Expression) -> bool:
    if isinstance(expression, Property):
        return expression.fact.name.startswith(COUNTER)
    return isinstance(expression, Operation) and any(_asks_counter(arg) for arg in expression.args)
