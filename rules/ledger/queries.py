"""Balances and entries, read from the legs; what a closed period keeps of balances only makes the reading shorter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from rules.ledger.models import Account, BalanceSnapshot, Entry, Leg, Period, Unit
from rules.ledger.services import AccountKey


def balance(key: AccountKey) -> int:
    """The sum of the account's legs, 0 for an account that was never booked to."""
    legs = Leg.objects.filter(
        account__kind=key.kind, account__holder=key.holder, account__funder=key.funder, account__unit=key.unit
    )
    total: int = legs.aggregate(total=Coalesce(Sum("amount"), 0))["total"]
    return total


def balances(kind: str) -> list[tuple[Account, int]]:
    """All accounts of a kind with what their legs sum to, by holder, funder and unit."""
    accounts = Account.objects.filter(kind=kind).annotate(total=Coalesce(Sum("legs__amount"), 0))
    return [(account, account.total) for account in accounts.order_by("holder", "funder", "unit")]


def balances_before(day: date | None = None) -> dict[int, int]:
    """By account id, what was booked before a day, or all: the last balances of a period and the legs since."""
    periods = Period.objects.exclude(completed_at=None)
    period = (periods.filter(days__endswith__lte=day) if day else periods).order_by("-days").first()
    legs = Leg.objects.filter(entry__booked_on__lt=day) if day else Leg.objects.all()
    sums: Counter[int] = Counter()
    if period is not None:
        sums.update(dict(BalanceSnapshot.objects.filter(period=period).values_list("account", "balance")))
        legs = legs.filter(entry__booked_on__gte=period.days.upper)
    sums.update(
        dict(legs.order_by().values_list("account").annotate(total=Sum("amount")).values_list("account", "total"))
    )
    return dict(sums)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialLine:
    """One kind of account in one unit: what its accounts owe and are owed."""

    kind: str
    unit: str
    accounts: int
    debit: int
    credit: int


def trial_balance(day: date | None = None) -> list[TrialLine]:
    """By kind and unit, before a day or of all; debits equal credits in each unit."""
    sums = balances_before(day)
    found: dict[tuple[str, str], list[int]] = {}
    for pk, kind, unit in Account.objects.filter(pk__in=sums).values_list("pk", "kind", "unit"):
        found.setdefault((kind, unit), []).append(sums[pk])
    order = list(Account.Kind.values)
    return [
        TrialLine(
            kind=kind,
            unit=unit,
            accounts=len(amounts),
            debit=-sum(amount for amount in amounts if amount < 0),
            credit=sum(amount for amount in amounts if amount > 0),
        )
        for (kind, unit), amounts in sorted(found.items(), key=lambda item: (item[0][1], order.index(item[0][0])))
    ]


def accounts_with_balances(kind: str, day: date | None = None) -> Iterator[tuple[Account, int]]:
    """The accounts of a kind in cents that were booked to before the day, by holder and funder."""
    sums = balances_before(day)
    found = Account.objects.filter(kind=kind, unit=Unit.CENTS, pk__in=sums).order_by("holder", "funder")
    return ((account, sums[account.pk]) for account in found)


def entries(words: str = "", kind: str = "", account: int | None = None) -> QuerySet[Entry]:
    """Entries with their legs in cents, newest first. `words` is a code, a reference or the holder of an account."""
    legs = Leg.objects.filter(account__unit=Unit.CENTS).select_related("account").order_by("-amount")
    found = Entry.objects.filter(pk__in=Leg.objects.filter(account__unit=Unit.CENTS).values("entry"))
    if kind:
        found = found.filter(kind=kind)
    if account is not None:
        found = found.filter(legs__account=account)
    if words:
        named = Leg.objects.filter(account__holder=words, account__unit=Unit.CENTS).values("entry")
        found = found.filter(Q(code__iexact=words) | Q(reference__in=(words, f"decision:{words}")) | Q(pk__in=named))
    return found.prefetch_related(Prefetch("legs", legs, to_attr="cents")).order_by("-pk")
