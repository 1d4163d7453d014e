"""One case before the rules in force, and why it came out so."""

from collections.abc import Mapping

from rules.benefits import catalogue, limits, overrides, taking
from rules.benefits.booking import Weighed
from rules.benefits.errors import case_refused
from rules.benefits.facts import SCHEMA, Case, gather
from rules.benefits.queries import Before, before
from rules.engine import deciding
from rules.engine.errors import RuleError
from rules.engine.facts import Facts
from rules.engine.outcome import Explanation, Outcome, Verdict
from rules.engine.receipt import Receipt, read_receipt

NO_PROGRAMME = "no-programme"

# Of all that became of the rules, the first of these is the reason code of a decision that gives nothing.
TELLING = (
    Verdict.CAP_EXHAUSTED,
    Verdict.WITHHELD,
    Verdict.OUTRANKED,
    Verdict.NOTHING_TO_TAKE,
    Verdict.NOT_MATCHED,
)


class Weighing:
    """A case with its facts, to be weighed again when a limit has moved in between."""

    def __init__(self, case: Case, known: Before | None = None) -> None:
        """Raises CaseRefused for a receipt that cannot be."""
        known = known or before(case)
        self.case = case
        self.rows: Mapping[limits.RowKey, limits.Row] | None = known.rows
        self.facts = gather(case, visit=known.visit)
        try:
            self.known: Facts = SCHEMA.read(self.facts)
            self.receipt: Receipt = read_receipt(case.lines)
        except RuleError as error:
            raise case_refused(error) from error
        self.catalogue = catalogue.by(known.token, case.day)
        self.suspended: Mapping[str, str] = {}
        if self.catalogue.suspensions:
            self.suspended = overrides.withheld(self.known, self.catalogue.codes, case.day)

    def weigh(self, refused: Mapping[str, str]) -> Weighed:
        """With the limits as they are now; `refused` are the programmes whose budgets had no room."""
        room = limits.room(self.case, self.catalogue.limits, self.rows)
        self.rows = None  # another weighing is asked for where they have moved
        withheld = {**refused, **self.suspended}
        outcome = self.catalogue.book.decide(
            self.known, self.receipt, remaining=room.remaining, withheld=withheld, counters=room.counters
        )
        return Weighed(
            together=self.catalogue,
            facts=self.facts,
            remaining=room.remaining,
            counters=room.counters,
            withheld=withheld,
            outcome=outcome,
            takes=taking.takes(self.case, self.catalogue.by_code, outcome, room),
        )

    def reason(self, weighed: Weighed) -> str:
        """The reason code: that something was granted, or else what came nearest to it."""
        outcome = weighed.outcome
        if outcome.grants or outcome.points or outcome.vouchers:
            return Verdict.GRANTED
        return _nearest(self._explained(weighed))

    def _explained(self, weighed: Weighed) -> Outcome:
        return deciding.decide(
            [one.compiled for one in weighed.versions],
            facts=self.known,
            receipt=self.receipt,
            remaining=weighed.remaining,
            withheld=weighed.withheld,
            counters=weighed.counters,
        )


def _nearest(outcome: Outcome) -> str:
    verdicts: dict[Verdict, Explanation] = {one.verdict: one for one in reversed(outcome.explanations)}
    telling = next((verdicts[verdict] for verdict in TELLING if verdict in verdicts), None)
    if telling is None:
        return NO_PROGRAMME
    return telling.by[0] if telling.verdict is Verdict.WITHHELD else telling.verdict
