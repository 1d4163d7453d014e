"""Rewards: points spent, stock taken and code given together, or nothing of it."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.residents.models import Resident
from rules.loyalty import points, tiers
from rules.loyalty.errors import (
    RewardCodeExpired,
    RewardCodeReturned,
    RewardCodeUnknown,
    RewardCodeUsed,
    RewardElsewhere,
    RewardGone,
    RewardTaken,
    RewardUnknown,
    TierTooLow,
)
from rules.loyalty.models import Redemption, Reward
from rules.loyalty.services import actor_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: codes are read aloud and typed
CODE_LENGTH = 8  # 32^8 is 10^12: nobody guesses one of a few thousand that are open
State = Redemption.State
REFUSALS = {
    State.USED: RewardCodeUsed,
    State.EXPIRED: RewardCodeExpired,
    State.CANCELLED: RewardCodeReturned,
}


def on_offer() -> QuerySet[Reward]:
    """What can be taken today, the cheapest first; those out of stock too."""
    today = clock.today()
    not_over = Q(last_day=None) | Q(last_day__gte=today)
    return Reward.objects.filter(not_over, first_day__lte=today).select_related("tier", "merchant")


def redeem(resident: Resident, reward_id: int, *, key: str) -> Redemption:
    """One piece of a reward for points; the same key gives the same code again.

    Raises RewardUnknown, PointsTooFew, RewardGone, RewardTaken, TierTooLow, and what `idempotency.once` raises.
    """
    with acting(actor_of(resident), "reward: redeem"):
        stored = once(
            scope=f"redeem:resident:{resident.pk}",
            key=key,
            body=str(reward_id).encode(),
            run=lambda: StoredAnswer.of(_redeem(resident, reward_id).pk, status=201),
        )
    return Redemption.objects.select_related("reward__merchant").get(pk=stored.value)


def give(resident: Resident, reward: Reward) -> Redemption | None:
    """One piece without points, for a quest; None when it is out of stock."""
    with transaction.atomic():
        redemption = _write(resident, reward, price=0)
        if _take_stock(reward):
            return redemption
        redemption.delete()
    return None


def cancel(resident: Resident, code: str) -> Redemption:
    """Takes a reward back that was not fetched: its points and its piece are there again."""
    with acting(actor_of(resident), "reward: give back"):
        redemption = _move(code, State.CANCELLED, owner=resident)
        if redemption.points:
            points.give_back(resident.handle, redemption.points, reference=_reference(redemption))
        _return_stock(redemption)
    return redemption


def use(code: str, *, actor: str, merchant: int | None = None) -> Redemption:
    """Marks a reward as handed out by a merchant, or by a desk of the city, which has none.

    Raises RewardCodeUnknown, RewardElsewhere, RewardCodeUsed, RewardCodeExpired or RewardCodeReturned.
    """
    with acting(actor, "reward: hand out"):
        found = Redemption.objects.select_related("reward").filter(code=_typed(code)).first()
        if found is None:
            raise RewardCodeUnknown
        if merchant is not None and found.reward.merchant_id not in (None, merchant):
            raise RewardElsewhere
        return _move(code, State.USED, used_by=actor)


def expire_due() -> int:
    """Puts the pieces of codes that nobody used back into stock; their points stay spent."""
    due = Redemption.objects.filter(state=State.GIVEN, expires_at__lte=clock.now()).values_list("pk", flat=True)
    return sum(_expire(pk) for pk in list(due))


def _redeem(resident: Resident, reward_id: int) -> Redemption:
    reward = on_offer().filter(pk=reward_id).first()
    if reward is None:
        raise RewardUnknown
    tier = tiers.tier_of(resident.handle)
    if reward.tier is not None and (tier is None or tier.points_min < reward.tier.points_min):
        raise TierTooLow(tier=reward.tier.name)
    redemption = _write(resident, reward, price=tiers.price_for(reward, tier))
    # The resident's own account first, and locked from here: then this person's pieces can be counted.
    points.spend(resident.handle, redemption.points, reference=_reference(redemption))
    had = Redemption.objects.filter(resident=resident, reward=reward).exclude(state=State.CANCELLED).count()
    if reward.per_person is not None and had > reward.per_person:
        raise RewardTaken(at_most=reward.per_person)
    # The stock last, as everybody wants the same row.
    if not _take_stock(reward):
        raise RewardGone
    return redemption


def _write(resident: Resident, reward: Reward, *, price: int) -> Redemption:
    at = clock.now()
    return Redemption.objects.create(
        reward=reward,
        resident=resident,
        code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        points=price,
        at=at,
        state_at=at,
        expires_at=_end(at, reward.code_days),
    )


def _take_stock(reward: Reward) -> bool:
    return Reward.objects.filter(pk=reward.pk, stock__gt=0).update(stock=F("stock") - 1) == 1


def _return_stock(redemption: Redemption) -> None:
    Reward.objects.filter(pk=redemption.reward_id).update(stock=F("stock") + 1)


def _move(code: str, state: str, *, used_by: str = "", owner: Resident | None = None) -> Redemption:
    """Out of the hands of the resident, once; whoever comes second finds it moved."""
    at = clock.now()
    redemptions = Redemption.objects.filter(code=_typed(code))
    if owner is not None:
        redemptions = redemptions.filter(resident=owner)
    moved = redemptions.filter(state=State.GIVEN, expires_at__gt=at).update(state=state, state_at=at, used_by=used_by)
    found = redemptions.select_related("reward", "resident").first()
    if found is None:
        raise RewardCodeUnknown
    if not moved:
        raise REFUSALS.get(State(found.state), RewardCodeExpired)(since=found.state_at.isoformat())
    return found


def _expire(pk: int) -> bool:
    at = clock.now()
    with transaction.atomic():
        moved = Redemption.objects.filter(pk=pk, state=State.GIVEN).update(state=State.EXPIRED, state_at=at)
        if moved:
            _return_stock(Redemption.objects.get(pk=pk))
    return moved == 1


def _end(at: datetime, days: int) -> datetime:
    """The end of the local day, so many days later."""
    midnight = clock.local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days + 1)


def _typed(code: str) -> str:
    """As people write it: with spaces, hyphens and small letters."""
    return "".join(character for character in code.upper() if character.isalnum())


def _reference(redemption: Redemption) -> str:
    return f"redemption:{redemption.pk}"


def of(handle: UUID | str) -> QuerySet[Redemption]:
    return Redemption.objects.filter(resident__handle=handle).select_related("reward__merchant")
