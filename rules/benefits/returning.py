"""Returns: some units of some lines come back, and with them their own part of the discount, caps and points.

Every part is worked out from what is back in all, before and after, so that steps sum to the whole to the cent, and
whoever returns everything returns exactly what was given. A late return gives room back to the budget and the period
that it was taken from; what it posts counts for today, so that a closed period of the ledger stays as it was settled.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import F, Sum

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.core.idempotency import StoredAnswer, once
from rules.benefits.errors import DecisionNotCommitted, LineReturned, LineUnknown
from rules.benefits.models import Budget, Decision, Grant, Return, Usage
from rules.benefits.queries import require_merchants
from rules.benefits.shares import Part, Units, given_back
from rules.ledger.models import Account, Entry, Unit
from rules.ledger.services import REVERSAL, AccountKey, Posting, post

type Share = Callable[[int, Sequence[Part]], int]

ENTRY_KIND = "return"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What a return took back of each line's discount, in cents, and of the points."""

    decision: str
    cents_by_line: Mapping[str, int]
    points: int

    @property
    def cents(self) -> int:
        return sum(self.cents_by_line.values())


@dataclass(frozen=True, slots=True)
class _Back:
    """What goes back of one grant."""

    grant: Grant
    cents: int
    points: int


def return_lines(
    decision_id: UUID | str,
    lines: Iterable[tuple[str, int]],
    *,
    key: str,
    actor: str,
    merchant: str | None = None,
) -> Returned:
    """Takes back so many units of lines of a committed decision; the same key gets the same answer.

    Raises DecisionUnknown (also for another merchant's than `merchant`), DecisionNotCommitted, LineUnknown, or
    LineReturned for more units than are left of a line.
    """
    require_merchants(decision_id, merchant)
    units: Counter[str] = Counter()
    for line, number in lines:
        units[line] += number
    with acting(actor, "decision: return"):
        stored = once(
            scope=f"return:{actor}",
            key=key,
            body=f"{decision_id} {sorted(units.items())}".encode(),
            run=lambda: StoredAnswer.of(asdict(_return(decision_id, units, actor))),
        )
    return Returned(**stored.value)


def take_all_back(decision: Decision) -> None:
    """What is not back yet of a committed decision, whose row is locked."""
    before = _returned(decision)
    backs = [
        _Back(grant, grant.cents - grant.returned_cents, grant.points - grant.returned_points)
        for grant in _grants(decision)
    ]
    _give_room_back(decision, lambda used, parts: used - given_back(used, parts, before))
    _post(decision, backs, kind=REVERSAL, reference=f"decision:{decision.pk}")
    _write(decision, backs)


def _return(decision_id: UUID | str, lines: Mapping[str, int], actor: str) -> Returned:
    # Whatever moves a decision locks its row first, so the returns of one decision follow each other.
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    if decision.status != Decision.Status.COMMITTED:
        raise DecisionNotCommitted(decision_status=decision.status)
    before = _returned(decision)
    after = {**before, **{line: _more(before, line, units) for line, units in lines.items()}}
    grants = _grants(decision)
    backs = _backs(decision, grants, after)
    rows = _rows(decision, grants, before, lines, actor)
    _give_room_back(decision, lambda used, parts: given_back(used, parts, after) - given_back(used, parts, before))
    first = (decision.returns.aggregate(Sum("units"))["units__sum"] or 0) + 1  # the first of these units to come back
    entry = _post(decision, backs, kind=ENTRY_KIND, reference=f"decision:{decision.pk}:{first}")
    for row in rows:
        row.entry = entry
    Return.objects.bulk_create(rows)
    _write(decision, backs)
    return Returned(
        decision=str(decision.pk),
        cents_by_line={row.line: row.cents for row in rows},
        points=sum(row.points for row in rows),
    )


def _returned(decision: Decision) -> dict[str, Units]:
    """Of every line of the receipt: the units that are back, and all of them."""
    sums = dict(decision.returns.values_list("line").annotate(Sum("units")))
    return {line["id"]: (sums.get(line["id"], 0), line["quantity"]) for line in decision.lines}


def _more(before: Mapping[str, Units], line: str, units: int) -> Units:
    if line not in before:
        raise LineUnknown(line=line)
    back, whole = before[line]
    if units > whole - back:
        raise LineReturned(line=line, units_left=whole - back)
    return back + units, whole


def _grants(decision: Decision) -> list[Grant]:
    return list(decision.grants.select_related("version__programme").order_by("pk"))


def _backs(decision: Decision, grants: Sequence[Grant], after: Mapping[str, Units]) -> list[_Back]:
    """What has to go back now of each grant, so that in all it is its part of what is back."""
    backs = []
    for grant in grants:
        cents, points = _in_all(decision, grant, after)
        backs.append(_Back(grant, cents - grant.returned_cents, points - grant.returned_points))
    return backs


def _in_all(decision: Decision, grant: Grant, returned: Mapping[str, Units]) -> tuple[int, int]:
    """Cents belong to their line, points to the whole receipt."""
    receipt = [(line["id"], line["amount_cents"]) for line in decision.lines]
    cents = given_back(grant.cents, [(grant.line, grant.cents)], returned)
    return cents, given_back(grant.points, receipt, returned)


def _rows(
    decision: Decision, grants: Sequence[Grant], before: Mapping[str, Units], lines: Mapping[str, int], actor: str
) -> list[Return]:
    """One for each line, as if the lines came back one after the other."""
    at, reached, rows = clock.now(), dict(before), []
    for line, units in sorted(lines.items()):
        then = {**reached, line: _more(reached, line, units)}
        row = Return(decision=decision, line=line, units=units, terminal=actor, returned_at=at)
        row.cents, row.points = (
            after - earlier
            for after, earlier in zip(_sums(decision, grants, then), _sums(decision, grants, reached), strict=True)
        )
        rows.append(row)
        reached = then
    return rows


def _sums(decision: Decision, grants: Sequence[Grant], returned: Mapping[str, Units]) -> tuple[int, int]:
    shares = [_in_all(decision, grant, returned) for grant in grants]
    return sum(cents for cents, _ in shares), sum(points for _, points in shares)


def _give_room_back(decision: Decision, share: Share) -> None:
    """To caps and counters; a window that is over has moved on, and has nothing of this decision any more."""
    for take in sorted(decision.usage, key=lambda take: (take["holder"], take["programme"], take["code"])):
        amount = share(take["used"], take["parts"])
        rows = Usage.objects.filter(holder=take["holder"], programme=take["programme"], code=take["code"])
        if amount:
            rows.filter(period_start=take["period_start"], since=take["since"]).update(used=F("used") - amount)


def _post(decision: Decision, backs: Sequence[_Back], *, kind: str, reference: str) -> Entry | None:
    merchant = AccountKey(kind=Account.Kind.MERCHANT, holder=decision.merchant, unit=Unit.CENTS)
    resident = AccountKey(kind=Account.Kind.RESIDENT, holder=decision.resident, unit=Unit.POINTS)
    postings = [
        posting
        for back in backs
        for owed, amount in ((merchant, back.cents), (resident, back.points))
        if amount
        for posting in (Posting(_programme(back.grant, owed.unit), amount), Posting(owed, -amount))
    ]
    if not postings:
        return None
    return post(kind, reference=reference, effective_on=clock.today(), postings=postings, code=decision.code)


def _programme(grant: Grant, unit: str) -> AccountKey:
    code = grant.version.programme.code
    return AccountKey(kind=Account.Kind.PROGRAMME, holder=code, funder=grant.funder, unit=unit)


def _write(decision: Decision, backs: Sequence[_Back]) -> None:
    """Budgets last and in their one order, as the database functions take them."""
    for back in backs:
        grant = Grant.objects.filter(pk=back.grant.pk)
        grant.update(
            returned_cents=F("returned_cents") + back.cents, returned_points=F("returned_points") + back.points
        )
    spent: Counter[tuple[int, str]] = Counter()
    for back in backs:
        spent[back.grant.version.programme_id, back.grant.funder] += back.cents
    for (programme, funder), cents in sorted(spent.items()):
        budget = Budget.objects.filter(programme=programme, funder=funder, period__contains=decision.day)
        budget.update(used_cents=F("used_cents") - cents)
