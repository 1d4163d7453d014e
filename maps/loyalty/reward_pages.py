"""What my points are, what they buy, the codes I hold, and whom I invited."""

from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError
from gis_platform.residents.models import Resident
from maps.loyalty.access import for_residents
from rules.loyalty import points, referrals, rewards, tiers
from rules.loyalty.models import Redemption, Reward, Tier

CODES_MAX = 12
TONES = {
    Redemption.State.GIVEN: "good",
    Redemption.State.USED: "",
    Redemption.State.CANCELLED: "warn",
    Redemption.State.EXPIRED: "bad",
}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """`missing` points, or `why` it cannot be had; "" and 0 when the button works."""

    reward: Reward
    price: int
    missing: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Code:
    redemption: Redemption
    tone: str
    spelt: str


@require_safe
@for_residents
def rewards_page(request: HttpRequest, resident: Resident) -> HttpResponse:
    held = points.held(resident.handle)
    tier, following = tiers.tier_of(resident.handle), tiers.next_tier(resident.handle)
    earned = tiers.earned(resident.handle)
    codes = [_code(one) for one in rewards.of(resident.handle)[:CODES_MAX]]
    context = {
        "held": held,
        "tier": tier,
        "next_tier": following,
        "earned": earned,
        "to_next": following.points_min - earned if following else 0,
        "offers": [_offer(reward, tier, held.points) for reward in rewards.on_offer()],
        "codes": [code for code in codes if code.redemption.state == Redemption.State.GIVEN],
        "past": [code for code in codes if code.redemption.state != Redemption.State.GIVEN],
        "invitation": referrals.code_of(resident),
        "invited": resident.referrals.filter(rewarded_at__isnull=False).count(),
        "newcomer": not resident.check_ins.filter(decision="accepted").exists() and not _was_invited(resident),
        "inviter_points": referrals.INVITER_POINTS,
        "newcomer_points": referrals.NEWCOMER_POINTS,
        "key": uuid4().hex,
    }
    return render(request, "maps/loyalty/rewards.html", context)


@require_POST
@for_residents
def redeem(request: HttpRequest, resident: Resident, reward_id: int) -> HttpResponse:
    try:
        redemption = rewards.redeem(resident, reward_id, key=f"{reward_id}-{request.POST.get('key', '')}")
        messages.success(request, _("Yours: %(reward)s. Show its code below.") % {"reward": redemption.reward.name})
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("rewards"))


@require_POST
@for_residents
def give_back(request: HttpRequest, resident: Resident) -> HttpResponse:
    try:
        redemption = rewards.cancel(resident, request.POST.get("code", ""))
        said = _("Given back: %(reward)s. Your points are there again.") % {"reward": redemption.reward.name}
        messages.success(request, said)
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("rewards"))


@require_POST
@for_residents
def accept_invitation(request: HttpRequest, resident: Resident) -> HttpResponse:
    try:
        referrals.accept(resident, request.POST.get("code", ""))
        messages.success(request, _("Thank you. Both of you earn points with your first check-in."))
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("rewards"))


def _offer(reward: Reward, tier: Tier | None, there: int) -> Offer:
    price = tiers.price_for(reward, tier)
    why = ""
    if reward.stock == 0:
        why = _("Out of stock")
    elif reward.tier is not None and (tier is None or tier.points_min < reward.tier.points_min):
        why = _("From the tier %(tier)s on") % {"tier": reward.tier.name}
    return Offer(reward=reward, price=price, missing=max(0, price - there), why=why)


def _code(redemption: Redemption) -> Code:
    spelt = f"{redemption.code[:4]} {redemption.code[4:]}"
    return Code(redemption=redemption, tone=TONES[Redemption.State(redemption.state)], spelt=spelt)


def _was_invited(resident: Resident) -> bool:
    return getattr(resident, "referral", None) is not None
