"""Booking. There is one way in, and no way to change what is booked: a mistake is reversed by another entry."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from gis_platform.core import clock
from rules.ledger.models import Account, Entry, Leg, Unit

REVERSAL = "reversal"


class UnbalancedEntry(ValueError):
    """Our own mistake, found before PostgreSQL would refuse the commit."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class AccountKey:
    """Names an account, which is opened by its first booking. `funder` is for accounts of programmes."""

    kind: str
    holder: str
    unit: str
    funder: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    account: AccountKey
    amount: int


def post(kind: str, *, reference: str, effective_on: date, postings: Iterable[Posting], code: str = "") -> Entry:
    """Books postings as one entry, in the caller's transaction or one of its own.

    `code` is what a merchant may see of it. An entry of a closed period is settled with the next one: `booked_on`.
    Postings to one account are summed and those of nothing left out. Raises UnbalancedEntry when the amounts do not sum
    to zero in each unit or nothing is left, IntegrityError when this kind and reference are booked already.
    """
    sums: Counter[AccountKey] = Counter()
    for posting in postings:
        sums[posting.account] += posting.amount
    amounts = {account: amount for account, amount in sums.items() if amount}
    _check_balance(amounts, reference=reference)
    with transaction.atomic():
        entry = Entry.objects.create(
            kind=kind, reference=reference, posted_at=clock.now(), effective_on=effective_on, code=code
        )
        accounts = _opened(amounts)
        Leg.objects.bulk_create(
            Leg(entry=entry, account_id=accounts[account], amount=amount) for account, amount in amounts.items()
        )
    return entry


def reverse(entry: Entry, *, reference: str, effective_on: date) -> Entry:
    """Books the opposite of an entry. Raises IntegrityError when this reference is reversed already."""
    legs = entry.legs.select_related("account")
    postings = [Posting(_key(leg.account), -leg.amount) for leg in legs]
    return post(REVERSAL, reference=reference, effective_on=effective_on, postings=postings, code=entry.code)


def _check_balance(amounts: Mapping[AccountKey, int], *, reference: str) -> None:
    for unit in Unit.values:
        off = sum(amount for account, amount in amounts.items() if account.unit == unit)
        if off:
            raise UnbalancedEntry(f"{reference} is off balance by {off} {unit}")
    if not amounts:
        raise UnbalancedEntry(f"{reference} moves nothing")


def _opened(accounts: Iterable[AccountKey]) -> dict[AccountKey, int]:
    """Ids by account; those that are missing are opened, and twins that open the same one agree on it."""
    wanted = sorted(accounts)
    found = _known(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        rows = [Account(kind=key.kind, holder=key.holder, funder=key.funder, unit=key.unit) for key in missing]
        Account.objects.bulk_create(rows, ignore_conflicts=True)
        found |= _known(missing)
    return found


def _known(accounts: Iterable[AccountKey]) -> dict[AccountKey, int]:
    wanted = Q()
    for key in accounts:
        wanted |= Q(kind=key.kind, holder=key.holder, funder=key.funder, unit=key.unit)
    return {_key(account): account.pk for account in Account.objects.filter(wanted)}


def _key(account: Account) -> AccountKey:
    return AccountKey(kind=account.kind, holder=account.holder, unit=account.unit, funder=account.funder)
