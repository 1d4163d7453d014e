"""What becomes of the rules that match: they compete, caps cut what they gave, points look at what is paid."""

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
from rules.engine.outcome import CapKey, CounterKey, Explanation, Grant, Outcome
from rules.engine.receipt import Receipt

BEFORE_THE_REST = frozenset({Gives.MONEY, Gives.FARE_CAP})


@dataclass(frozen=True, slots=True)
class Case:
    facts: Facts
    receipt: Receipt
    remaining: Mapping[CapKey, int]
    withheld: Mapping[str, str]
    counters: Mapping[CounterKey, int]

    def contender(self, rule: Rule, facts: Facts, counted: Mapping[str, int]) -> Contender | None:
        """Of a rule whose conditions hold; None where there is nothing that it could take."""
        portions = rule.target.choose(self.receipt.lines)
        whole = {one.line.id: one.line.amount_cents for one in portions}
        found = offer(rule, portions, Bill(whole, counted))
        earns = rule.gives not in BEFORE_THE_REST and (portions or rule.target.whole)
        return Contender(rule, portions, found, counted, facts) if found.off or earns else None

    def given(self, programmes: Sequence[Programme], contenders: Sequence[Contender]) -> tuple[Given, dict[str, Given]]:
        """What combination gave, and what caps left of it, by programme."""
        if not contenders:
            return Given(), {one.code: Given() for one in programmes}
        money = [one for one in contenders if one.rule.gives in BEFORE_THE_REST]
        grants = combine(money, self.receipt)
        whole = Given(tuple(grants))
        capped = {one.code: self._cut(one, _part(whole, one.code)) for one in programmes}
        earning = [one for one in contenders if one.rule.gives not in BEFORE_THE_REST]
        if not earning:
            return whole, capped
        paid = self._paid(grant for one in capped.values() for grant in one.grants)
        points, vouchers = earned(earning, paid)
        whole = Given(tuple(grants), tuple(points), tuple(vouchers))
        given = {}
        for one in programmes:
            part = _part(whole, one.code)
            before = capped[one.code]
            given[one.code] = self._cut(one, replace(part, grants=before.grants, cut_by=before.cut_by))
        return whole, given

    def outcome(
        self, programmes: Sequence[Programme], given: Mapping[str, Given], explanations: Iterable[Explanation] = ()
    ) -> Outcome:
        """Of the programmes that answer the trigger; one that is not in `given` gives nothing, and still counts."""
        giving = [one for one in programmes if one.code in given]
        return Outcome(
            grants=tuple([grant for one in giving for grant in given[one.code].grants]),
            points=tuple([grant for one in giving for grant in given[one.code].points]),
            vouchers=tuple([grant for one in giving for grant in given[one.code].vouchers]),
            usage={key: used for one in giving for key, used in caps.usage(one, given[one.code]).items()},
            counted=self._counted([one for one in programmes if one.counters], given),
            funders={
                one.code: funder
                for one in giving
                if given[one.code].used(CapUnit.GRANTS) and (funder := self._funder(one))
            },
            explanations=tuple(explanations),
        )

    def _cut(self, programme: Programme, given: Given) -> Given:
        return caps.cut(programme, given, self.remaining)

    def _counted(self, programmes: Sequence[Programme], given: Mapping[str, Given]) -> dict[CounterKey, int]:
        if not programmes:
            return {}
        paid = self._paid(grant for one in given.values() for grant in one.grants)
        return {
            key: number
            for programme in programmes
            for key, number in counting.added(programme, self.receipt, paid).items()
        }

    def _funder(self, programme: Programme) -> str:
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
        tuple([grant for grant in given.grants if grant.programme == programme]),
        tuple([grant for grant in given.points if grant.programme == programme]),
        tuple([grant for grant in given.vouchers if grant.programme == programme]),
    )
