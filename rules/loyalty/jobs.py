"""What follows a check-in, outside of its transaction."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count

from gis_platform.core import clock
from gis_platform.core.outbox import handler, periodic
from rules.loyalty import points, quests, referrals, rewards
from rules.loyalty.models import CheckIn, PlaceDay
from rules.loyalty.offers import jobs as offer_jobs
from rules.loyalty.tickets import jobs as ticket_jobs

__all__ = ["offer_jobs", "ticket_jobs"]  # found with these, since a room has one module of jobs

KEPT_FOR = timedelta(days=400)  # a season and the same season of the year before


@periodic("loyalty-forget-check-ins", every_s=24 * 3600)
def forget_old_check_ins() -> None:
    """Drops who was where; the numbers of each place and day, and the booked points, stay."""
    CheckIn.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()


@handler("loyalty.checked-in")
def follow_check_in(*, check_in_id: int) -> None:
    """Visits counted, quests completed, whoever invited the newcomer rewarded; running twice changes nothing."""
    record = CheckIn.objects.select_related("resident").filter(pk=check_in_id).first()
    if record is None:  # the resident asked to be forgotten meanwhile
        return
    count_visits(record)
    if record.decision == CheckIn.Decision.ACCEPTED:
        quests.complete_after(record)
        referrals.reward_after(record)


def count_visits(record: CheckIn) -> None:
    """Counts the visits of that place on that local day anew."""
    day = clock.local(record.at).date()
    begin = datetime.combine(day, time.min, settings.CITY.time_zone)
    end = datetime.combine(day + timedelta(days=1), time.min, settings.CITY.time_zone)  # a day has 23 to 25 hours
    visits = CheckIn.objects.filter(
        place_id=record.place_id, decision=CheckIn.Decision.ACCEPTED, at__gte=begin, at__lt=end
    ).aggregate(visits=Count("id"), people=Count("resident", distinct=True))
    PlaceDay.objects.update_or_create(place_id=record.place_id, day=day, defaults=visits)


@periodic("loyalty-expire-points", every_s=3600)
def expire_points() -> None:
    points.expire_due()


@periodic("loyalty-expire-rewards", every_s=3600)
def expire_rewards() -> None:
    rewards.expire_due()
