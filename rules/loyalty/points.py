"""Points: what is there, spending the oldest first, giving back, expiry. The ledger holds the sums, lots their age.

Policy. Points count until the end of the month, MONTHS_KEPT months after they were earned. Those that expire first are
spent first. A visit or purchase that is taken back takes its own points back; if they are spent already, it takes
those that expire next, and beyond these the balance goes below zero until new points have made up for it. Points that
are given back keep the day on which they expire.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from gis_platform.core import clock, prepared
from rules.ledger.models import Account, Entry, Unit
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey, Posting, post
from rules.loyalty.errors import PointsTooFew
from rules.loyalty.models import PointLot

MONTHS_KEPT = 24
PROGRAMME, FUNDER = "loyalty", "city"  # who gives the points
SPENT, BACK, EXPIRED = "points-spent", "points-back", "points-expired"  # kinds of entries; sql/functions knows BACK
SHOWN_MAX = 12

LOYALTY = AccountKey(kind=Account.Kind.PROGRAMME, holder=PROGRAMME, funder=FUNDER, unit=Unit.POINTS)


@dataclass(frozen=True, kw_only=True)
class Expiring:
    on: date
    points: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """`owed` is what returns took beyond what was there."""

    points: int
    owed: int
    expiring: tuple[Expiring, ...]


def account_of(handle: UUID | str) -> AccountKey:
    return AccountKey(kind=Account.Kind.RESIDENT, holder=str(handle), unit=Unit.POINTS)


def held(handle: UUID | str) -> Held:
    """What a resident can spend now, and when it expires, the next days first."""
    with transaction.atomic():
        account = _settled(handle)
        total = balance(account_of(handle))
        days = (
            _left(account).values("expires_on").annotate(points=Sum("left")).order_by("expires_on")[:SHOWN_MAX]
            if account
            else []
        )
        expiring = tuple(Expiring(on=day["expires_on"], points=day["points"]) for day in days)
    return Held(points=max(total, 0), owed=max(-total, 0), expiring=expiring)


def earn(handle: UUID | str, points: int, *, kind: str, reference: str) -> Entry:
    """Raises IntegrityError when this kind and reference are booked already."""
    postings = [Posting(account_of(handle), points), Posting(LOYALTY, -points)]
    return post(kind, reference=reference, effective_on=clock.today(), postings=postings)


def spend(handle: UUID | str, points: int, *, reference: str) -> Entry:
    """Takes the points that expire first. Raises PointsTooFew, IntegrityError for a reference that is spent already."""
    with transaction.atomic():
        account = _settled(handle)  # whoever spends at the same time waits here
        there = _sum(account)
        if there < points:
            raise PointsTooFew(points=there, missing=points - there)
        postings = [Posting(account_of(handle), -points), Posting(LOYALTY, points)]
        entry = post(SPENT, reference=reference, effective_on=clock.today(), postings=postings)
        _sort(account)
    return entry


def give_back(handle: UUID | str, points: int, *, reference: str) -> Entry:
    """Undoes the spending of this reference: the points lie again in the lots that they came from."""
    with transaction.atomic():
        account = _settled(handle)
        postings = [Posting(account_of(handle), points), Posting(LOYALTY, -points)]
        entry = post(BACK, reference=reference, effective_on=clock.today(), postings=postings)
        _sort(account)
    return entry


def take_back(handle: UUID | str, points: int, *, kind: str, reference: str) -> Entry:
    """Takes what an earning of this reference gave, however much of it is left."""
    with transaction.atomic():
        account = _settled(handle)
        postings = [Posting(account_of(handle), -points), Posting(LOYALTY, points)]
        entry = post(kind, reference=reference, effective_on=clock.today(), postings=postings)
        _sort(account)
    return entry


def expire_due() -> int:
    """Posts the expiry of whatever is due today, account by account; returns how many accounts lost points."""
    due = prepared.rows("loyalty_points_due", {"day": clock.today(), "months_kept": MONTHS_KEPT})
    return sum(_expire_one(account) for (account,) in due)


def _expire_one(account: int) -> bool:
    with transaction.atomic():
        _sort(account)
        return _expire(account)


def _settled(handle: UUID | str) -> int:
    """The id of the account, locked, its lots sorted and what is due expired; 0 for one that was never booked to."""
    key = account_of(handle)
    found = Account.objects.filter(kind=key.kind, holder=key.holder, unit=key.unit).values_list("pk", flat=True)
    account: int = found.first() or 0
    if account:
        _sort(account)
        _expire(account)
    return account


def _sort(account: int) -> None:
    if account:
        prepared.row("loyalty_sort_points", [account, MONTHS_KEPT])


def _expire(account: int) -> bool:
    """Of a sorted account. Twice on a day there can be more to expire: a purchase that was sent late."""
    today = clock.today()
    due = _left(account).filter(expires_on__lte=today).aggregate(points=Sum("left"))["points"]
    if not due:
        return False
    holder = Account.objects.values_list("holder", flat=True).get(pk=account)
    latest = Entry.objects.filter(kind=EXPIRED, reference__startswith=f"{_expiry(account)}:").count()
    postings = [Posting(account_of(holder), -due), Posting(LOYALTY, due)]
    post(EXPIRED, reference=f"{_expiry(account)}:{latest + 1}", effective_on=today, postings=postings)
    _sort(account)
    return True


def _expiry(account: int) -> str:
    return f"expiry:{account}"


def _left(account: int) -> QuerySet[PointLot]:
    return PointLot.objects.filter(account=account, left__gt=0)


def _sum(account: int) -> int:
    return _left(account).aggregate(points=Sum("left"))["points"] or 0
