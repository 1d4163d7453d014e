"""Alarms that hold for the whole city, from the newest readings of its sensors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from gis_platform.core import audit, outbox, prepared
from gis_platform.core.actor import acting
from layers.sensors.models import LatestObservation
from rules.benefits.models import AlarmThreshold, CityAlarm

BEGAN = "benefits.alarm-began"
PERIODS_SPOKEN = 3  # a sensor that missed so many readings says nothing about now


@dataclass(frozen=True, kw_only=True)
class Watch:
    began: int
    ended: int


def active(at: datetime) -> frozenset[str]:
    """The codes of the alarms that held at that instant."""
    return frozenset(code for (code,) in prepared.rows("benefits_alarms", {"at": at}))


def watch(now: datetime) -> Watch:
    """Begins and ends alarms by the newest readings. Where no sensor speaks, everything stays as it was."""
    began = ended = 0
    with acting("system:benefits", "watch over the thresholds"):
        for threshold in AlarmThreshold.objects.order_by("pk"):
            readings = _fresh(threshold, now)
            if not readings:
                continue
            highest = max(readings, key=lambda one: (one.result, -one.stream_id))
            if highest.result >= threshold.begins_from:
                began += _begin(threshold, highest, now)
            elif highest.result < threshold.ends_below:
                ended += _end(threshold, now)
    return Watch(began=began, ended=ended)


def _fresh(threshold: AlarmThreshold, now: datetime) -> list[LatestObservation]:
    """Of the sensors that speak; a reading that claims to come from the future says nothing either."""
    newest: Iterable[LatestObservation] = LatestObservation.objects.select_related("stream").filter(
        stream__observed_property=threshold.observed_property, phenomenon_time__lte=now
    )
    return [
        one
        for one in newest
        if (now - one.phenomenon_time).total_seconds() <= PERIODS_SPOKEN * one.stream.expected_every_s
    ]


def _begin(threshold: AlarmThreshold, reading: LatestObservation, now: datetime) -> bool:
    try:
        with transaction.atomic():
            alarm = CityAlarm.objects.create(
                threshold=threshold, stream=reading.stream, value=reading.result, began_at=now
            )
    except IntegrityError:  # it is active already, or a round that overlaps has begun it
        return False
    audit.record("benefits.alarm-began", f"alarm:{threshold.code}", stream=reading.stream.key, value=reading.result)
    outbox.publish(BEGAN, alarm_id=alarm.pk)
    return True


def _end(threshold: AlarmThreshold, now: datetime) -> bool:
    ended = CityAlarm.objects.filter(threshold=threshold, ended_at=None).update(ended_at=now)
    if ended:
        audit.record("benefits.alarm-ended", f"alarm:{threshold.code}")
    return ended == 1
