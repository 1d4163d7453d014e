"""What a resident gets of the offers around: audience, quiet hours and limits; the position ends with the call."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q

from gis_platform.core import clock
from gis_platform.residents import consents
from gis_platform.residents.models import Resident
from gis_platform.residents.standing import standing
from rules.benefits.triggering import ACCURACY_M_MAX, POSITION_AGE_MAX, PositionImprecise, PositionOld
from rules.loyalty.models import Given, Offer
from rules.loyalty.offers.errors import LocationConsentMissing
from rules.loyalty.offers.matching import Position, not_left, reached

PURPOSE = "location-offers"
A_DAY_MAX = 5  # offers of all kinds to one person on a local day
FORGOTTEN_AFTER = timedelta(days=30)  # after an offer's end: who got it


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """`inside` is sent along with the next position: so the platform need not remember where anybody was."""

    offers: tuple[Offer, ...]
    inside: tuple[int, ...]


def around(resident: Resident, position: Position, *, taken_at: datetime, inside: Collection[int] | None) -> Around:
    """The offers that this position brings the resident, and those that it is inside of.

    `inside` is what the last answer said, None for a first position. To enter a zone one has been outside before, so a
    first position enters none; a place, beacon or route gives to whoever is near. What quiet hours hold back is given
    afterwards to who is still there. Raises LocationConsentMissing, PositionOld, PositionImprecise.
    """
    if not consents.given(resident, PURPOSE):
        raise LocationConsentMissing
    at = clock.now()
    if abs(at - taken_at) > POSITION_AGE_MAX:
        raise PositionOld
    if position.accuracy_m > ACCURACY_M_MAX:
        raise PositionImprecise
    covering = {offer_id for _number, offer_id in reached([position], at=at)}
    before = set(inside or ())
    offers = {offer.pk: offer for offer in Offer.objects.filter(pk__in=covering).select_related("audience")}
    groups = standing(resident, on=clock.local(at).date()).groups if offers else frozenset()
    mine = {pk: offer for pk, offer in offers.items() if not offer.audience or offer.audience.code in groups}
    held_back = {pk for pk, offer in mine.items() if is_quiet(offer, clock.local(at).time())}
    entered = [
        offer
        for pk, offer in sorted(mine.items())
        if pk not in before | held_back and (offer.trigger != Offer.Trigger.ZONE or inside is not None)
    ]
    given = tuple(offer for offer in entered if _give(offer, resident, at)) if entered else ()
    # Only what is the resident's own is told: the number of another audience's offer would tell that it is there.
    still = not_left(position, before - covering)
    return Around(offers=given, inside=tuple(sorted((mine.keys() - held_back) | still)))


def is_quiet(offer: Offer, moment: time) -> bool:
    """Whether the local time lies in the offer's quiet hours, which may go over midnight; their end is not included."""
    begins, ends = offer.quiet_from, offer.quiet_to
    if begins is None or ends is None:
        return False
    return begins <= moment < ends if begins <= ends else moment >= begins or moment < ends


def given_to(resident: Resident) -> list[Given]:
    """What the resident got and what still holds, newest first."""
    held = Given.objects.filter(resident=resident, offer__valid_to__gt=clock.now(), offer__paused_at=None)
    return list(held.select_related("offer").order_by("-at")[:50])


def forget() -> int:
    """Drops who got offers that ended a while ago; how many each gave stays."""
    ended = Given.objects.filter(offer__valid_to__lt=clock.now() - FORGOTTEN_AFTER)
    return ended.delete()[0]


def _give(offer: Offer, resident: Resident, at: datetime) -> bool:
    """Whether the limits allow it; then it is kept. The person's row keeps twins from taking a limit twice."""
    day = clock.local(at).date()
    with transaction.atomic():
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
        had = Given.objects.filter(resident=resident)
        of_this = had.filter(offer=offer)
        if (
            had.filter(day=day).count() >= A_DAY_MAX
            or of_this.filter(day=day).count() >= offer.per_person_day
            or (offer.per_person_total is not None and of_this.count() >= offer.per_person_total)
        ):
            return False
        room = Q(total_max=None) | Q(given__lt=F("total_max"))
        if not Offer.objects.filter(room, pk=offer.pk).update(given=F("given") + 1):
            return False
        Given.objects.create(offer=offer, resident=resident, at=at, day=day)
    return True
