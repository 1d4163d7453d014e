"""Events that no till asks about: an identification, a zone that was entered, an alarm, a day.

Each event has a key of its own, so that it counts once however often it is told. A decision is stored only where a
programme can give something: who was where, and who has a birthday, is not written down for its own sake.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.devices.models import Device
from gis_platform.residents.models import Resident
from rules.benefits import alarms, services, versions
from rules.benefits.facts import (
    Case,
    MerchantFacts,
    PlaceFacts,
    PositionFacts,
    ResidentFacts,
    SensorFacts,
    gather,
)
from rules.benefits.models import CityAlarm
from rules.benefits.versions import InForce
from rules.benefits.vocabulary import DATE, IDENTIFICATION, SCHEMA, SENSOR_ALARM, ZONE_ENTERED
from rules.benefits.zones import zones_around
from rules.engine.book import RuleBook
from rules.engine.receipt import Receipt

POSITION_AGE_MAX = timedelta(minutes=2)  # also how far a phone's clock may be ahead
ACCURACY_M_MAX = 100.0
BATCH = 500  # residents a delivery

type Cases = Callable[[Iterable[Resident]], Iterator[tuple[Case, str]]]


class PositionOld(InvalidInput):
    code = "position-too-old"
    title = _("Your position is out of date; refresh it, check your phone's clock and send it again")


class PositionImprecise(InvalidInput):
    code = "position-too-imprecise"
    title = _("Your position is not exact; step outside or to a window and send it again")


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Where a phone says it is. Compared with the zones and then forgotten."""

    longitude: float
    latitude: float
    accuracy_m: float
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A zone that gives something to somebody who enters it, and what was decided."""

    zone: str
    answer: services.Answer


def zone_entered(resident: Resident, fix: Fix) -> list[Entered]:
    """What the zones around give, each once a local day. Raises PositionOld or PositionImprecise.

    The point that the phone reports decides, not the circle of its accuracy; a rule may ask for a better accuracy.
    """
    at = clock.now()
    if abs(at - fix.taken_at) > POSITION_AGE_MAX:
        raise PositionOld
    if fix.accuracy_m > ACCURACY_M_MAX:
        raise PositionImprecise
    asked = _answering(ZONE_ENTERED, clock.local(at).date())
    zones = zones_around(fix.longitude, fix.latitude) if asked else frozenset()
    person = PositionFacts(
        zones=zones, accuracy_m=fix.accuracy_m, age_s=max(0, int((at - fix.taken_at).total_seconds()))
    )
    case = _case(ZONE_ENTERED, resident, at, position=person) if zones else None
    entered = (replace(case, position=replace(person, entered=zone)) for zone in sorted(zones) if case)
    return [
        Entered(zone=one.position.entered, answer=answer)
        for one in entered
        if one.position and (answer := _decided(one, asked, _key(one, one.position.entered)))
    ]


def identified(resident_id: int, *, device_id: int, kind: str, at: datetime) -> services.Answer | None:
    """Somebody's card was read, to the minute: a reader that sends the same once more tells of one event."""
    device = Device.objects.select_related("place", "merchant").get(pk=device_id)
    case = _case(IDENTIFICATION, Resident.objects.get(pk=resident_id), at, identified_by=kind)
    case = replace(
        case,
        place=PlaceFacts.of(device.place) if device.place else None,
        shop=MerchantFacts.of(device.merchant, on=case.day) if device.merchant else None,
    )
    key = f"{IDENTIFICATION}:{case.resident.handle}:{device_id}:{at:%Y-%m-%dT%H:%M}"
    return _decided(case, _answering(IDENTIFICATION, case.day), key)


def alarm_began(alarm_id: int, *, after: int = 0) -> int | None:
    """What the alarm gives to the next BATCH of residents; where to go on, None when all had their turn."""
    alarm = CityAlarm.objects.select_related("threshold", "stream").get(pk=alarm_id)
    sensor = SensorFacts(stream=alarm.stream.key, value=alarm.value, alarm=alarm.threshold.code)

    def cases(residents: Iterable[Resident]) -> Iterator[tuple[Case, str]]:
        for resident in residents:
            case = _case(SENSOR_ALARM, resident, alarm.began_at, sensor=sensor)
            yield case, f"{SENSOR_ALARM}:{case.resident.handle}:{alarm_id}"

    return _each(SENSOR_ALARM, clock.local(alarm.began_at).date(), after, cases)


def day_began(day: date, *, after: int = 0) -> int | None:
    """What the day gives to the next BATCH of residents; where to go on, None when all had their turn.

    It counts from the first minute of that local day, however late it is worked off.
    """
    at = datetime.combine(day, time.min, settings.CITY.time_zone)

    def cases(residents: Iterable[Resident]) -> Iterator[tuple[Case, str]]:
        for resident in residents:
            case = _case(DATE, resident, at)
            yield case, _key(case)

    return _each(DATE, day, after, cases)


def _each(trigger: str, day: date, after: int, cases: Cases) -> int | None:
    asked = _answering(trigger, day)
    if not asked:
        return None
    residents = list(Resident.objects.filter(pk__gt=after).order_by("pk")[:BATCH])
    for case, key in cases(residents):
        _decided(case, asked, key)
    return residents[-1].pk if len(residents) == BATCH else None


def _answering(trigger: str, day: date) -> list[InForce]:
    return [one for one in versions.in_force(day) if one.compiled.answers(trigger)]


def _decided(case: Case, asked: Iterable[InForce], key: str) -> services.Answer | None:
    """None, and nothing stored, where no rule matches; limits and suspensions are the decision's own business."""
    outcome = RuleBook(one.compiled for one in asked).decide(SCHEMA.read(gather(case)), Receipt())
    gives = outcome.points or outcome.vouchers
    return services.decide(case, key=key) if gives else None


def _case(
    trigger: str,
    resident: Resident,
    at: datetime,
    *,
    position: PositionFacts | None = None,
    sensor: SensorFacts | None = None,
    identified_by: str = "",
) -> Case:
    return Case(
        trigger=trigger,
        at=at,
        resident=ResidentFacts.of(resident, on=clock.local(at).date()),
        position=position,
        sensor=sensor,
        identified_by=identified_by,
        alarms=alarms.active(at),
    )


def _key(case: Case, of: str = "") -> str:
    """Once a local day."""
    return ":".join(filter(None, (case.trigger, case.resident.handle, case.day.isoformat(), of)))
