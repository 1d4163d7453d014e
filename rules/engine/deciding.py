"""One decision: programmes, facts and a receipt in, an outcome with its explanation out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rules.engine import caps, counting
from rules.engine.caps import Given
from rules.engine.combination import Contender, combine
from rules.engine.definition import Gives, Programme, Rule
from rules.engine.earning import earned
from rules.engine.effects import Bill, offer
from rules.engine.facts import Facts
from rules.engine.forms import CapUnit
from rules.engine.outcome import CapKey, CounterKey, Explanation, Grant, Outcome, Verdict
from rules.engine.receipt import Receipt
from rules.engine.settling import Contest, settled, stopped

BEFORE_THE_REST = frozenset({Gives.MONEY, Gives.FARE_CAP})


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
    case = _Case(facts, receipt, remaining or {}, withheld or {}, counters or {})
    tried = [attempt for programme in answering for attempt in case.attempts(programme)]
    contenders = [attempt for attempt in tried if isinstance(attempt, Contender)]
    whole, given = case.given(answering, contenders)
    contest = Contest(contenders, whole)
    return Outcome(
        grants=tuple(grant for one in given.values() for grant in one.grants),
        points=tuple(grant for one in given.values() for grant in one.points),
        vouchers=tuple(grant for one in given.values() for grant in one.vouchers),
        usage={key: used for one in answering for key, used in caps.usage(one, given[one.code]).items()},
        counted=case.counted(answering, given),
        funders={
            one.code: funder
            for one in answering
            if given[one.code].used(CapUnit.GRANTS) and (funder := case.funder(one))
        },
        explanations=tuple(
            settled(attempt, contest, given[attempt.rule.programme]) if isinstance(attempt, Contender) else attempt
            for attempt in tried
        ),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    facts: Facts
    receipt: Receipt
    remaining: Mapping[CapKey, int]
    withheld: Mapping[str, str]
    counters: Mapping[CounterKey, int]

    def attempts(self, programme: Programme) -> list[Contender | Explanation]:
        counted = counting.counted_before(programme, self.counters)
        facts = counting.with_counters(self.facts, counted)
        cap = caps.exhausted(programme, self.remaining)
        return [self._attempt(rule, facts, counted, cap) for rule in sorted(programme.rules, key=lambda rule: rule.id)]

    def _attempt(
        self, rule: Rule, facts: Facts, counted: Mapping[str, int], cap: str | None
    ) -> Contender | Explanation:
        if any(condition.holds(facts) is not True for condition in rule.conditions):
            return stopped(rule, facts, Verdict.NOT_MATCHED)
        if reason := self.withheld.get(rule.programme):
            return stopped(rule, facts, Verdict.WITHHELD, by=reason)
        portions = rule.target.choose(self.receipt.lines)
        found = offer(rule, portions, Bill(self._paid(()), counted))
        earns = rule.gives not in BEFORE_THE_REST and (portions or rule.target.whole)
        if not found.off and not earns:
            return stopped(rule, facts, Verdict.NOTHING_TO_TAKE)
        if cap:
            return stopped(rule, facts, Verdict.CAP_EXHAUSTED, by=cap)
        return Contender(rule, portions, found, counted, facts)

    def given(self, programmes: Sequence[Programme], contenders: Sequence[Contender]) -> tuple[Given, dict[str, Given]]:
        """What combination gave, and what caps left of it, by programme. Points look at what is paid in the end."""
        money = [one for one in contenders if one.rule.gives in BEFORE_THE_REST]
        grants = combine(money, self.receipt)
        capped = {one.code: self._cut(one, _part(Given(tuple(grants)), one.code)) for one in programmes}
        paid = self._paid(grant for one in capped.values() for grant in one.grants)
        points, vouchers = earned((one for one in contenders if one not in money), paid)
        whole = Given(tuple(grants), tuple(points), tuple(vouchers))
        given = {}
        for one in programmes:
            part = _part(whole, one.code)
            before = capped[one.code]
            given[one.code] = self._cut(one, replace(part, grants=before.grants, cut_by=before.cut_by))
        return whole, given

    def _cut(self, programme: Programme, given: Given) -> Given:
        return caps.cut(programme, given, self.remaining)

    def counted(self, programmes: Iterable[Programme], given: Mapping[str, Given]) -> dict[CounterKey, int]:
        paid = self._paid(grant for one in given.values() for grant in one.grants)
        return {
            key: number
            for programme in programmes
            for key, number in counting.added(programme, self.receipt, paid).items()
        }

    def funder(self, programme: Programme) -> str:
        """The first whose conditions hold; empty where it is the programme's own."""
        facts = counting.with_counters(self.facts, counting.counted_before(programme, self.counters))
        paying = (one.code for one in programme.funders if all(each.holds(facts) is True for each in one.conditions))
        return next(paying, "")

    def _paid(self, grants: Iterable[Grant]) -> dict[str, int]:
        paid = {line.id: line.amount_cents for line in self.receipt.lines}
        for grant in grants:
            paid[grant.line] -= grant.cents
        return paid


def _part(given: Given, programme: str) -> Given:
    return Given(
        tuple(grant for grant in given.grants if grant.programme == programme),
        tuple(grant for grant in given.points if grant.programme == programme),
        tuple(grant for grant in given.vouchers if grant.programme == programme),
    )
