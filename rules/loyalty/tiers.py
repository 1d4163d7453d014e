"""The standing of residents: which tier the points earned within twelve months reach."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from gis_platform.core import clock
from rules.ledger.models import Leg
from rules.loyalty import points
from rules.loyalty.models import Reward, Tier

WINDOW = timedelta(days=365)
NOT_EARNING = (points.SPENT, points.BACK, points.EXPIRED)  # what is returned lowers what was earned


def earned(handle: UUID | str, *, on: date | None = None) -> int:
    """Points earned within twelve months up to a day, less what was taken back of them; spending changes nothing."""
    day = on or clock.today()
    key = points.account_of(handle)
    legs = Leg.objects.filter(
        account__kind=key.kind,
        account__holder=key.holder,
        account__unit=key.unit,
        entry__effective_on__gt=day - WINDOW,
        entry__effective_on__lte=day,
    ).exclude(entry__kind__in=NOT_EARNING)
    return max(0, legs.aggregate(points=Sum("amount"))["points"] or 0)


def tier_of(handle: UUID | str) -> Tier | None:
    """The highest tier that is reached."""
    return Tier.objects.filter(points_min__lte=earned(handle)).order_by("-points_min").first()


def next_tier(handle: UUID | str) -> Tier | None:
    return Tier.objects.filter(points_min__gt=earned(handle)).order_by("points_min").first()


def price_for(reward: Reward, tier: Tier | None) -> int:
    """In points, rounded up.

    >>> price_for(Reward(price=55), Tier(discount_percent=10))
    50
    """
    percent = 100 - tier.discount_percent if tier else 100
    return -(-reward.price * percent // 100)
