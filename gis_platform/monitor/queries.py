"""Reads for the pages that show alarms."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from gis_platform.monitor.models import Alarm

ALARMS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class FiringAlarm:
    """`since` is the last sign of life. Who acknowledged it is not said: the page is public."""

    id: int
    title: str
    layer: str
    feature_id: int
    since: datetime
    raised_at: datetime
    acknowledged_at: datetime | None


def firing_alarms(kind: Alarm.Kind = Alarm.Kind.SILENCE) -> list[FiringAlarm]:
    """Those of a kind that are firing, the unacknowledged and then the newest first, at most ALARMS_MAX."""
    firing = (
        Alarm.objects.firing()
        .filter(kind=kind)
        .order_by(F("acknowledged_at").asc(nulls_first=True), "-raised_at", "id")
    )
    return [
        FiringAlarm(
            id=alarm.pk,
            title=alarm.get_kind_display(),
            layer=alarm.layer,
            feature_id=alarm.feature_id,
            since=alarm.since,
            raised_at=alarm.raised_at,
            acknowledged_at=alarm.acknowledged_at,
        )
        for alarm in firing[:ALARMS_MAX]
    ]
