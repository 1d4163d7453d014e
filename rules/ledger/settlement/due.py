"""What is still due of the statements of a period."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from rules.ledger.models import Leg, Payment, Period, Statement
from rules.ledger.settlement.periods import PAYMENT


@dataclass(frozen=True, slots=True)
class Due:
    statement: Statement
    cents: int  # negative when the merchant owes


def dues(period: Period) -> list[Due]:
    """Each statement that no payment was made for, less what was paid to the merchant after the period."""
    statements = list(
        Statement.objects.filter(period=period)
        .exclude(payments__in=Payment.objects.filter(is_cancelled=False))
        .select_related("account")
        .order_by("pk")
    )
    paid = paid_after(period, [statement.account_id for statement in statements])
    return [Due(one, one.closing_cents + paid.get(one.account_id, 0)) for one in statements]


def paid_after(period: Period, accounts: Sequence[int]) -> dict[int, int]:
    """Negative cents by account: a payment of an earlier period's statement may come after this one was closed."""
    legs = Leg.objects.filter(
        entry__kind=PAYMENT, entry__booked_on__gte=period.days.upper, account__in=accounts
    ).order_by()
    return dict(legs.values_list("account").annotate(paid=Sum("amount")).values_list("account", "paid"))
