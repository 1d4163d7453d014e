"""Taking a check-in back: it stays in the list as taken back, and what it gave goes back with it.

A quest that was completed with it stays completed; see rules.loyalty.points for what happens to spent points.
"""

from django.db import transaction

from gis_platform.core.actor import acting
from rules.benefits.services import void as void_decision
from rules.loyalty import points
from rules.loyalty.errors import CheckInUnknown
from rules.loyalty.models import CheckIn
from rules.loyalty.services import POINTS_A_VISIT

RETURN_KIND = "check-in-return"


def void(check_in_id: int, *, actor: str, reason: str) -> CheckIn:
    """Taken back once; again, it stays as it is. Raises CheckInUnknown for one that was never accepted."""
    with transaction.atomic(), acting(actor, reason):
        record = CheckIn.objects.select_for_update(of=("self",)).select_related("resident", "place").filter(
            pk=check_in_id, decision__in=(CheckIn.Decision.ACCEPTED, CheckIn.Decision.VOIDED)
        ).first()  # fmt: skip
        if record is None:
            raise CheckInUnknown
        if record.decision == CheckIn.Decision.ACCEPTED:
            record.decision = CheckIn.Decision.VOIDED
            record.save(update_fields=["decision"])
            points.take_back(
                record.resident.handle, POINTS_A_VISIT, kind=RETURN_KIND, reference=f"check-in:{record.pk}"
            )
            if record.benefit:
                void_decision(record.benefit, key=f"check-in:{record.pk}", actor=actor)
    return record
