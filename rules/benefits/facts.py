"""How the facts of one case are gathered: what is known of the person, the place, the shop and the moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings

from gis_platform.core import clock
from gis_platform.core.public_holidays import is_holiday
from gis_platform.residents.models import Resident
from gis_platform.residents.standing import Recognised, Standing, standing
from layers.merchants.models import Merchant, MerchantMembership
from layers.places.models import Place
from rules.benefits.vocabulary import CHECK_IN, NAMES, RECEIPT, SCHEMA, TRIGGERS
from rules.engine.receipt import Line

__all__ = [
    "CHECK_IN",
    "NAMES",
    "RECEIPT",
    "SCHEMA",
    "TRIGGERS",
    "Case",
    "MerchantFacts",
    "PlaceFacts",
    "PositionFacts",
    "ResidentFacts",
    "SensorFacts",
    "Visit",
    "age",
    "gather",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidentFacts:
    """What rules may know of a person. `handle` says nothing about who it is."""

    handle: str
    birth_date: date | None = None
    home_district: str = ""
    groups: frozenset[str] = frozenset()
    household: str = ""
    household_size: int = 1
    household_children: int = 0
    escorts: frozenset[str] = frozenset()  # groups of the person whom this one accompanies

    @classmethod
    def of(cls, resident: Resident, *, on: date) -> Self:
        """With the groups, the district and the household that are the resident's on this local day."""
        return cls.standing(str(resident.handle), resident.birth_date, standing(resident, on=on))

    @classmethod
    def recognised(cls, found: Recognised) -> Self:
        return cls.standing(found.handle, found.birth_date, found.standing)

    @classmethod
    def standing(cls, handle: str, birth_date: date | None, then: Standing) -> Self:
        return cls(
            handle=handle,
            birth_date=birth_date,
            home_district=then.district,
            groups=then.groups,
            household=then.household,
            household_size=then.household_size,
            household_children=then.household_children,
            escorts=then.escorts,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFacts:
    id: int | None = None
    code: str = ""
    category: str = ""
    position: tuple[float, float] | None = None  # longitude, latitude

    @classmethod
    def of(cls, place: Place) -> Self:
        return cls(
            id=place.pk,
            code=place.code or "",
            category=place.category,
            position=(place.geometry.x, place.geometry.y),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MerchantFacts:
    code: str
    category: str = ""
    groups: frozenset[str] = frozenset()

    @classmethod
    def of(cls, merchant: Merchant, *, on: date) -> Self:
        """With the groups that the merchant is in on this local day."""
        groups = MerchantMembership.objects.on(on).filter(merchant=merchant).values_list("group__code", flat=True)
        return cls(code=merchant.code or "", category=merchant.category, groups=frozenset(groups))


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionFacts:
    """Where the person is, as rules may know it: `<layer>/<code>` of the zones around, never the position itself."""

    zones: frozenset[str] = frozenset()
    accuracy_m: float | None = None
    age_s: int | None = None
    entered: str = ""  # the zone, where entering it is the event


@dataclass(frozen=True, kw_only=True, slots=True)
class SensorFacts:
    """The reading that raised the alarm, where the alarm is the event."""

    stream: str
    value: float | None = None
    alarm: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A check-in as a fact of a later case."""

    place_id: int | None
    position: Mapping[str, Any] | None  # GeoJSON
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is to be decided: who, where, when, and what is bought. `merchant` is the account that is credited."""

    trigger: str
    at: datetime
    resident: ResidentFacts
    place: PlaceFacts | None = None
    terminal: str = ""
    merchant: str = ""
    shop: MerchantFacts | None = None
    identified_by: str = ""  # the kind of means
    position: PositionFacts | None = None
    sensor: SensorFacts | None = None
    alarms: frozenset[str] = frozenset()  # that are active in the city
    lines: tuple[Line, ...] = ()

    @property
    def day(self) -> date:
        return clock.local(self.at).date()


def gather(case: Case, *, visit: Visit | None = None) -> dict[str, Any]:
    """The facts of the case in their JSON form, as they are stored with the decision; what is not known is left out."""
    facts = _when(case) | _who(case) | _where(case) | _visit(case, visit) | _bought(case) | _sensed(case)
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def _when(case: Case) -> dict[str, Any]:
    local = clock.local(case.at)
    return {
        "trigger": case.trigger,
        "at": local.isoformat(),
        "day": local.date().isoformat(),
        "month": local.month,
        "month_day": local.day,
        "weekday": local.isoweekday(),
        "time": local.hour * 60 + local.minute,
        "holiday": is_holiday(local.date(), country=settings.CITY.country),
    }


def _who(case: Case) -> dict[str, Any]:
    person, born = case.resident, case.resident.birth_date
    return {
        "resident.age": None if born is None else age(born, case.day),
        "resident.birthday": None if born is None else age(born, case.day) > age(born, case.day - timedelta(days=1)),
        "resident.district": person.home_district,
        "resident.groups": sorted(person.groups),
        "escort.groups": sorted(person.escorts) or None,
        "household.size": person.household_size,
        "household.children": person.household_children,
        "identification.kind": case.identified_by,
    }


def _where(case: Case) -> dict[str, Any]:
    place, position = case.place or PlaceFacts(), case.position or PositionFacts()
    point = None if place.position is None else {"type": "Point", "coordinates": list(place.position)}
    return {
        "place.id": place.id,
        "place.code": place.code,
        "place.category": place.category,
        "place.position": point,
        "zones": None if case.position is None else sorted(position.zones),
        "zone.entered": position.entered,
        "position.accuracy": position.accuracy_m,
        "position.age": position.age_s,
    }


def _bought(case: Case) -> dict[str, Any]:
    shop, receipt = case.shop or MerchantFacts(code=""), case.trigger == RECEIPT
    return {
        "merchant.code": shop.code,
        "merchant.category": shop.category,
        "merchant.groups": None if case.shop is None else sorted(shop.groups),
        "receipt.total": sum(line.amount_cents for line in case.lines) if receipt else None,
        "receipt.units": sum(line.quantity for line in case.lines) if receipt else None,
        "receipt.categories": sorted({line.category for line in case.lines}) if receipt else None,
    }


def _sensed(case: Case) -> dict[str, Any]:
    sensor = case.sensor or SensorFacts(stream="")
    return {
        "sensor.stream": sensor.stream,
        "sensor.value": sensor.value,
        "sensor.alarm": sensor.alarm,
        "alarms": sorted(case.alarms),
    }


def _visit(case: Case, visit: Visit | None) -> dict[str, Any]:
    if visit is None:
        return {}
    return {
        "check_in.place": visit.place_id,
        "check_in.position": visit.position,
        "check_in.age": int((case.at - visit.at).total_seconds() // 60),
    }


def age(born: date, day: date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March of a common year.

    >>> age(date(2008, 2, 29), date(2026, 2, 28)), age(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
