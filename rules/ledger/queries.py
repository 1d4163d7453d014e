"""Balances, read from the legs: there is no second place where a balance is kept."""

from django.db.models import Sum
from django.db.models.functions import Coalesce

from rules.ledger.models import Account, Leg
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
