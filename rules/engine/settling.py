"""What became of each rule, for the explanation."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.engine.caps import Given
from rules.engine.combination import Contender
from rules.engine.condition import Trace
from rules.engine.definition import Gives, Rule
from rules.engine.facts import Facts
from rules.engine.outcome import Explanation, Grant, PointsGrant, Verdict, VoucherGrant

type Sums = tuple[int, int, int]  # cents, points, cents of vouchers


@dataclass(frozen=True, slots=True)
class Contest:
    """All that competed, and what combination gave before the caps."""

    contenders: Sequence[Contender]
    given: Given


def stopped(rule: Rule, facts: Facts, verdict: Verdict, *, by: str = "") -> Explanation:
    """A rule that did not come to compete."""
    named = (by,) if by else ()
    return Explanation(
        programme=rule.programme, rule=rule.id, verdict=verdict, by=named, conditions=_traces(rule, facts)
    )


def settled(contender: Contender, contest: Contest, given: Given) -> Explanation:
    """A rule that competed: what it has after the caps, and why that is less than it might be."""
    rule = contender.rule
    before, after = _sums(rule, contest.given), _sums(rule, given)
    verdict, by = Verdict.GRANTED, tuple[str, ...]()
    if not any(before):
        by = _rivals(contender, contest)
        verdict = Verdict.OUTRANKED if by else Verdict.NOTHING_TO_TAKE
    elif before != after:
        verdict, by = Verdict.CAPPED, given.cut_by
    cents, points, voucher_cents = after
    return Explanation(
        programme=rule.programme,
        rule=rule.id,
        verdict=verdict,
        cents=cents,
        points=points,
        voucher_cents=voucher_cents,
        by=by,
        conditions=_traces(rule, contender.facts),
    )


def _traces(rule: Rule, facts: Facts) -> tuple[Trace, ...]:
    return tuple(condition.trace(facts) for condition in rule.conditions)


def _sums(rule: Rule, given: Given) -> Sums:
    return (
        sum(grant.cents for grant in given.grants if _key(grant) == rule.key),
        sum(grant.points for grant in given.points if _key(grant) == rule.key),
        sum(grant.cents for grant in given.vouchers if _key(grant) == rule.key),
    )


def _rivals(loser: Contender, contest: Contest) -> tuple[str, ...]:
    """The rules that took what the loser could have had."""
    if loser.rule.gives in (Gives.MONEY, Gives.FARE_CAP):
        took = {_key(grant) for grant in contest.given.grants if grant.line in loser.offer.off}
    else:
        group = loser.rule.form.group.code
        peers = {one.rule.key for one in contest.contenders if one.rule.form.group.code == group}
        took = {_key(grant) for grant in contest.given.points} | {_key(grant) for grant in contest.given.vouchers}
        took &= peers
    return tuple("/".join(key) for key in sorted(took))


def _key(grant: Grant | PointsGrant | VoucherGrant) -> tuple[str, str]:
    return grant.programme, grant.rule
