"""One decision: programmes, facts and a receipt in, an outcome with its explanation out. Pure.

This is the reading of a definition that everything else is held to: book.RuleBook and the SQL of a replay say the same.
"""

from collections.abc import Iterable, Mapping

from rules.engine import caps, counting
from rules.engine.case import Case
from rules.engine.combination import Contender
from rules.engine.definition import Programme, Rule
from rules.engine.facts import Facts
from rules.engine.outcome import CapKey, CounterKey, Explanation, Outcome, Verdict
from rules.engine.receipt import Receipt
from rules.engine.settling import Contest, settled, stopped


def decide(
    programmes: Iterable[Programme],
    *,
    facts: Facts,
    receipt: Receipt,
    remaining: Mapping[CapKey, int] | None = None,
    withheld: Mapping[str, str] | None = None,
    counters: Mapping[CounterKey, int] | None = None,
) -> Outcome:
    """What these programmes give here. The same input, in any order, gives the same outcome.

    `remaining` is what is left of each cap in its period; a cap that is not named is whole. `counters` is what each
    counter has before this receipt; one that is not named has nothing. `withheld` maps programmes that may not give
    anything to the reason code. Programmes that do not answer the trigger among the facts are passed over in silence.
    """
    asked = sorted(programmes, key=lambda programme: programme.code)
    answering = [programme for programme in asked if programme.answers(facts["trigger"])]
    case = Case(facts, receipt, remaining or {}, withheld or {}, counters or {})
    tried = [attempt for programme in answering for attempt in _attempts(case, programme)]
    contenders = [attempt for attempt in tried if isinstance(attempt, Contender)]
    whole, given = case.given(answering, contenders)
    contest = Contest(contenders, whole)
    explanations = (
        settled(attempt, contest, given[attempt.rule.programme]) if isinstance(attempt, Contender) else attempt
        for attempt in tried
    )
    return case.outcome(answering, given, explanations)


def _attempts(case: Case, programme: Programme) -> list[Contender | Explanation]:
    counted = counting.counted_before(programme, case.counters)
    facts = counting.with_counters(case.facts, counted)
    cap = caps.exhausted(programme, case.remaining)
    return [_attempt(case, rule, facts, counted, cap) for rule in sorted(programme.rules, key=lambda rule: rule.id)]


def _attempt(
    case: Case, rule: Rule, facts: Facts, counted: Mapping[str, int], cap: str | None
) -> Contender | Explanation:
    if any(condition.holds(facts) is not True for condition in rule.conditions):
        return stopped(rule, facts, Verdict.NOT_MATCHED)
    if reason := case.withheld.get(rule.programme):
        return stopped(rule, facts, Verdict.WITHHELD, by=reason)
    contender = case.contender(rule, facts, counted)
    if contender is None:
        return stopped(rule, facts, Verdict.NOTHING_TO_TAKE)
    return stopped(rule, facts, Verdict.CAP_EXHAUSTED, by=cap) if cap else contender
