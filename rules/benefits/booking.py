"""Writing a decision down: limits taken, entry posted, decision and grants stored, outbox row added."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from gis_platform.core import clock, outbox
from rules.benefits import limits
from rules.benefits.facts import Case
from rules.benefits.models import Decision, Grant
from rules.benefits.versions import InForce
from rules.engine.outcome import CapKey, Explanation, Outcome, Verdict
from rules.ledger.models import Account, Entry, Unit
from rules.ledger.services import AccountKey, Posting, post
from rules.ledger.services import reverse as reverse_entry

ENTRY_KIND = "benefit"
TOPIC = "benefit.decided"
NO_PROGRAMME = "no-programme"

# Of all that became of the rules, the first of these is the reason code of the decision.
TELLING = (
    Verdict.GRANTED,
    Verdict.CAPPED,
    Verdict.CAP_EXHAUSTED,
    Verdict.WITHHELD,
    Verdict.OUTRANKED,
    Verdict.NOTHING_TO_TAKE,
    Verdict.NOT_MATCHED,
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A case as the engine saw it, and what came out: all that a replay needs."""

    versions: Sequence[InForce]
    facts: dict[str, Any]
    left: dict[CapKey, int]
    withheld: dict[str, str]
    outcome: Outcome


def book(case: Case, weighed: Weighed) -> Decision:
    """In the caller's transaction. Raises limits.CapTaken or limits.BudgetRefused; then nothing may be kept."""
    outcome = weighed.outcome
    limits.take_caps(case.resident.handle, weighed.versions, outcome.usage, case.day)
    limits.take_budgets(weighed.versions, outcome.cents_by_programme(), case.day)
    decision = _decision(case, weighed)
    decision.entry = _entry(decision, weighed)
    decision.save(force_insert=True)
    Grant.objects.bulk_create(_grants(decision, weighed))
    outbox.publish(TOPIC, decision_id=str(decision.pk))
    return decision


def reverse(decision: Decision) -> None:
    """Books the opposite and gives back what was taken of budgets and caps."""
    cents: dict[str, int] = {}
    for grant in decision.grants.select_related("version__programme"):
        code = grant.version.programme.code
        cents[code] = cents.get(code, 0) + grant.cents
    used = [limits.Use(*use) for use in decision.usage]
    limits.give_back(decision.resident, used, {code: amount for code, amount in cents.items() if amount}, decision.day)
    if decision.entry is not None:
        today = clock.local(clock.now()).date()
        reverse_entry(decision.entry, reference=f"decision:{decision.pk}", effective_on=today)


def reason(explanations: Sequence[Explanation]) -> str:
    """The reason code: what was granted or, of what was not, what came nearest to it."""
    verdicts = {one.verdict: one for one in reversed(explanations)}
    telling = next((verdicts[verdict] for verdict in TELLING if verdict in verdicts), None)
    if telling is None:
        return NO_PROGRAMME
    return telling.by[0] if telling.verdict is Verdict.WITHHELD else telling.verdict


def _decision(case: Case, weighed: Weighed) -> Decision:
    outcome, at = weighed.outcome, clock.now()
    return Decision(
        id=uuid4(),
        trigger=case.trigger,
        resident=case.resident.handle,
        place_id=case.place.id if case.place else None,
        terminal=case.terminal,
        merchant=case.merchant,
        decided_at=case.at,
        day=case.day,
        facts=weighed.facts,
        lines=[asdict(line) for line in case.lines],
        versions=[one.version_id for one in weighed.versions],
        remaining={"/".join(key): left for key, left in weighed.left.items()},
        withheld=weighed.withheld,
        usage=[[*asdict(use).values()] for use in limits.uses(weighed.versions, outcome.usage, case.day)],
        explanation=[asdict(one) for one in outcome.explanations],
        reason=reason(outcome.explanations),
        discount_cents=outcome.total_cents,
        points=outcome.total_points,
        status=Decision.Status.COMMITTED,
        status_at=at,
    )


def _entry(decision: Decision, weighed: Weighed) -> Entry | None:
    postings = _postings(decision, weighed)
    if not postings:
        return None
    return post(ENTRY_KIND, reference=f"decision:{decision.pk}", effective_on=decision.day, postings=postings)


def _postings(decision: Decision, weighed: Weighed) -> list[Posting]:
    """The programme and its funder owe; the merchant is owed cents, the resident points."""
    owed = {
        Unit.CENTS: (AccountKey(kind=Account.Kind.MERCHANT, holder=decision.merchant, unit=Unit.CENTS)),
        Unit.POINTS: (AccountKey(kind=Account.Kind.RESIDENT, holder=decision.resident, unit=Unit.POINTS)),
    }
    given = {
        Unit.CENTS: weighed.outcome.cents_by_programme(),
        Unit.POINTS: weighed.outcome.points_by_programme(),
    }
    return [
        posting
        for one in weighed.versions
        for unit, holder in owed.items()
        if (amount := given[unit].get(one.code))
        for posting in (Posting(_programme(one, unit), -amount), Posting(holder, amount))
    ]


def _programme(one: InForce, unit: Unit) -> AccountKey:
    return AccountKey(kind=Account.Kind.PROGRAMME, holder=one.code, funder=one.funder, unit=unit)


def _grants(decision: Decision, weighed: Weighed) -> list[Grant]:
    versions = {one.code: one.version_id for one in weighed.versions}
    cents = [
        Grant(decision=decision, version_id=versions[one.programme], rule=one.rule, line=one.line, cents=one.cents)
        for one in weighed.outcome.grants
    ]
    points = [
        Grant(decision=decision, version_id=versions[one.programme], rule=one.rule, points=one.points)
        for one in weighed.outcome.points
    ]
    return cents + points
