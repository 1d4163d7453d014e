"""One decision: programmes, facts and a receipt in, an outcome with its explanation out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.engine import caps
from rules.engine.combination import Contender, combine
from rules.engine.condition import Trace
from rules.engine.definition import Programme, Rule
from rules.engine.effects import discounts
from rules.engine.facts import Facts
from rules.engine.forms import WholeReceipt
from rules.engine.outcome import CapKey, Explanation, Grant, Outcome, PointsGrant, Verdict
from rules.engine.receipt import Receipt


def decide(
    programmes: Iterable[Programme],
    *,
    facts: Facts,
    receipt: Receipt,
    remaining: Mapping[CapKey, int] | None = None,
    withheld: Mapping[str, str] | None = None,
) -> Outcome:
    """What these programmes give here. The same input, in any order, gives the same outcome.

    `remaining` is what is left of each cap in its period; a cap that is not named is whole. `withheld` maps programmes
    that may not give anything to the reason code. Programmes that do not answer the trigger among the facts are
    passed over in silence.
    """
    case = _Case(facts, receipt, remaining or {}, withheld or {})
    asked = sorted(programmes, key=lambda programme: programme.code)
    answering = [programme for programme in asked if programme.answers(facts["trigger"])]
    rules = [(programme, rule) for programme in answering for rule in sorted(programme.rules, key=lambda rule: rule.id)]
    tried = [case.attempt(programme, rule) for programme, rule in rules]
    contenders = [attempt for attempt in tried if isinstance(attempt, Contender)]
    grants, points = combine(contenders, receipt)
    given = {programme.code: case.cut(programme, grants, points) for programme in answering}
    return Outcome(
        grants=tuple(grant for code in given for grant in given[code].grants),
        points=tuple(grant for code in given for grant in given[code].points),
        usage=_usage(answering, given),
        explanations=tuple(
            case.settled(attempt, given[attempt.rule.programme], grants, points, contenders)
            if isinstance(attempt, Contender)
            else attempt
            for attempt in tried
        ),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    facts: Facts
    receipt: Receipt
    remaining: Mapping[CapKey, int]
    withheld: Mapping[str, str]

    def attempt(self, programme: Programme, rule: Rule) -> Contender | Explanation:
        if any(condition.holds(self.facts) is not True for condition in rule.conditions):
            return self._stopped(rule, Verdict.NOT_MATCHED)
        if reason := self.withheld.get(programme.code):
            return self._stopped(rule, Verdict.WITHHELD, by=reason)
        lines = [line for line in self.receipt.lines if rule.form.target.takes(line)]
        offers = discounts(rule, lines)
        if not offers and not (rule.gives_points and (lines or isinstance(rule.form.target, WholeReceipt))):
            return self._stopped(rule, Verdict.NOTHING_TO_TAKE)
        if cap := caps.exhausted(programme, self.remaining):
            return self._stopped(rule, Verdict.CAP_EXHAUSTED, by=cap)
        return Contender(rule, tuple(lines), offers)

    def cut(self, programme: Programme, grants: Iterable[Grant], points: Iterable[PointsGrant]) -> caps.Given:
        return caps.cut(
            programme,
            (grant for grant in grants if grant.programme == programme.code),
            (grant for grant in points if grant.programme == programme.code),
            receipt=self.receipt,
            remaining=self.remaining,
        )

    def settled(
        self,
        contender: Contender,
        given: caps.Given,
        grants: Sequence[Grant],
        points: Sequence[PointsGrant],
        contenders: Sequence[Contender],
    ) -> Explanation:
        """What became of a rule that competed: before the caps, and after them."""
        before = _sums(contender.rule, grants, points)
        cents, gained = _sums(contender.rule, given.grants, given.points)
        verdict, by = Verdict.GRANTED, tuple[str, ...]()
        if before == (0, 0):
            verdict, by = Verdict.OUTRANKED, _rivals(contender, grants, points, contenders)
        elif before != (cents, gained):
            verdict, by = Verdict.CAPPED, given.cut_by
        programme, rule = contender.rule.key
        return Explanation(
            programme=programme,
            rule=rule,
            verdict=verdict,
            cents=cents,
            points=gained,
            by=by,
            conditions=self._traces(contender.rule),
        )

    def _stopped(self, rule: Rule, verdict: Verdict, *, by: str = "") -> Explanation:
        named = (by,) if by else ()
        return Explanation(
            programme=rule.programme, rule=rule.id, verdict=verdict, by=named, conditions=self._traces(rule)
        )

    def _traces(self, rule: Rule) -> tuple[Trace, ...]:
        return tuple(condition.trace(self.facts) for condition in rule.conditions)


def _sums(rule: Rule, grants: Iterable[Grant], points: Iterable[PointsGrant]) -> tuple[int, int]:
    cents = sum(grant.cents for grant in grants if (grant.programme, grant.rule) == rule.key)
    return cents, sum(grant.points for grant in points if (grant.programme, grant.rule) == rule.key)


def _rivals(
    loser: Contender, grants: Sequence[Grant], points: Sequence[PointsGrant], contenders: Sequence[Contender]
) -> tuple[str, ...]:
    """The rules that took what the loser could have had."""
    took = {(grant.programme, grant.rule) for grant in grants if grant.line in loser.offers}
    if loser.points:
        group = loser.rule.form.group.code
        peers = {one.rule.key for one in contenders if one.rule.form.group.code == group}
        took |= {(grant.programme, grant.rule) for grant in points if (grant.programme, grant.rule) in peers}
    return tuple("/".join(key) for key in sorted(took))


def _usage(programmes: Iterable[Programme], given: Mapping[str, caps.Given]) -> dict[CapKey, int]:
    used = {
        (programme.code, cap.code): given[programme.code].used(cap.unit)
        for programme in programmes
        for cap in programme.caps
    }
    return {key: amount for key, amount in used.items() if amount}
