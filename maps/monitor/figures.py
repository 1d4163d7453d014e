"""The figures at the head of the monitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import Count

from gis_platform.core import clock
from gis_platform.core.database import PUBLISHED
from gis_platform.reports.models import Report
from gis_platform.reports.states import State
from layers.sensors.queries import LatestOfSensor
from maps.monitor.sensors import newest
from rules.loyalty.models import CheckIn
from rules.loyalty.queries import PEOPLE_MIN

OPEN = (State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS)
DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`check_ins` is None when so few people checked in that one could be recognised."""

    reporting: int
    silent: int
    sensors: int
    newest_at: datetime | None
    check_ins: int | None
    places: int
    reports_open: int
    reports_overdue: int


def figures(sensors: Sequence[LatestOfSensor]) -> Figures:
    """Of this moment; a sensor that observes nothing is not expected to report."""
    observing = [sensor for sensor in sensors if sensor["readings"]]
    reporting = sum(sensor["fresh"] for sensor in observing)
    open_reports = Report.objects.filter(state__in=OPEN)
    return Figures(
        reporting=reporting,
        silent=len(observing) - reporting,
        sensors=len(observing),
        newest_at=newest(observing),
        check_ins=_check_ins(clock.now() - DAY),
        places=_places(),
        reports_open=open_reports.count(),
        reports_overdue=open_reports.filter(due_at__lt=clock.now()).count(),
    )


def _check_ins(since: datetime) -> int | None:
    accepted = CheckIn.objects.filter(decision=CheckIn.Decision.ACCEPTED, at__gt=since)
    counted = accepted.aggregate(check_ins=Count("id"), people=Count("resident", distinct=True))
    few = 0 < counted["people"] < PEOPLE_MIN
    return None if few else int(counted["check_ins"])


def _places() -> int:
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published.places")
        return int(cursor.fetchone()[0])
