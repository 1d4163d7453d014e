"""What other funders owe the city for a period: a district pays for its own pupils in the city's schools."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db.models import Sum

from gis_platform.core import clock
from rules.ledger.models import Account, Claim, Funder, Leg, Period, Run, Unit
from rules.ledger.services import AccountKey, Posting, post
from rules.ledger.settlement.ubl import Invoice, InvoiceLine, document

KIND = "claim"
DUE_AFTER = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimDraft:
    """`funder` is None when the programmes name one of whom the city knows no more than the code."""

    code: str
    funder: Funder | None
    lines: list[tuple[str, int]]  # programme, cents; negative is given back

    @property
    def cents(self) -> int:
        return sum(cents for _programme, cents in self.lines)


def drafts(period: Period) -> list[ClaimDraft]:
    """What is to be claimed of each funder other than the city and was not yet, by programme."""
    funders = Funder.objects.in_bulk(field_name="code")
    claimed = set(Claim.objects.filter(period=period).values_list("funder__code", flat=True))
    found = [
        ClaimDraft(code=code, funder=funders.get(code), lines=[(programme, cents) for _code, programme, cents in moved])
        for code, moved in groupby(_moved(period), key=lambda row: row[0])
        if code not in claimed and not ((funder := funders.get(code)) and funder.is_city)
    ]
    return [draft for draft in found if draft.cents]


def issue(run: Run) -> list[Claim]:
    """Books and writes the claims of the run's period, in the caller's transaction."""
    return [_issue(run, draft, draft.funder) for draft in drafts(run.period) if draft.funder is not None]


def _moved(period: Period) -> Iterator[tuple[str, str, int]]:
    """Funder, programme and the cents that its account gave in the period, in this order."""
    legs = Leg.objects.filter(
        account__kind=Account.Kind.PROGRAMME,
        account__unit=Unit.CENTS,
        entry__booked_on__gte=period.days.lower,
        entry__booked_on__lt=period.days.upper,
    ).exclude(entry__kind=KIND)
    sums = legs.values_list("account__funder", "account__holder").annotate(total=Sum("amount"))
    for funder, programme, total in sums.order_by("account__funder", "account__holder"):
        if total:
            yield funder, programme, -total


def _issue(run: Run, draft: ClaimDraft, funder: Funder) -> Claim:
    number = f"CL{run.period.days.lower:%Y%m}-{funder.pk}"
    today = clock.today()
    owed = AccountKey(kind=Account.Kind.FUNDER, holder=funder.code, unit=Unit.CENTS)
    given = [Posting(_account(programme, funder), cents) for programme, cents in draft.lines]
    entry = post(
        KIND,
        reference=f"claim:{number}",
        effective_on=today,
        postings=[Posting(owed, -draft.cents), *given],
        code=number,
    )
    invoice = Invoice(
        number=number,
        issued_on=today,
        due_on=today + DUE_AFTER,
        first_day=run.period.days.lower,
        last_day=run.period.days.upper - timedelta(days=1),
        lines=tuple(InvoiceLine(programme, cents) for programme, cents in draft.lines),
        customer=funder,
    )
    return Claim.objects.create(
        run=run,
        period=run.period,
        funder=funder,
        number=number,
        issued_on=today,
        due_on=invoice.due_on,
        amount_cents=draft.cents,
        lines=draft.lines,
        document=document(invoice),
        entry=entry,
    )


def _account(programme: str, funder: Funder) -> AccountKey:
    return AccountKey(kind=Account.Kind.PROGRAMME, holder=programme, funder=funder.code, unit=Unit.CENTS)
