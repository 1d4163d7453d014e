"""What a benefit may depend on, and how the facts of one case are gathered.

The position is the place's, never the person's own: where people are is not a stored fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from gis_platform.residents.standing import standing
from layers.places.models import Place
from rules.engine.facts import Fact, FactSchema, Kind
from rules.engine.receipt import Line

RECEIPT, CHECK_IN = "receipt", "check-in"
TRIGGERS = (RECEIPT, CHECK_IN)

SCHEMA = FactSchema(
    (
        Fact(name="trigger", kind=Kind.STRING, values=TRIGGERS),
        Fact(name="at", kind=Kind.INSTANT),
        Fact(name="day", kind=Kind.DATE),
        Fact(name="weekday", kind=Kind.INTEGER, unit="weekday"),  # Monday is 1
        Fact(name="time", kind=Kind.INTEGER, unit="minute of the day"),  # on the wall clock of the city
        Fact(name="resident.age", kind=Kind.INTEGER, unit="year"),
        Fact(name="resident.district", kind=Kind.STRING),
        Fact(name="resident.groups", kind=Kind.STRINGS),
        Fact(name="place.id", kind=Kind.INTEGER),
        Fact(name="place.code", kind=Kind.STRING),
        Fact(name="place.category", kind=Kind.STRING, values=tuple(Place.Category.values)),
        Fact(name="place.position", kind=Kind.GEOMETRY),
        # The resident's latest check-in of the same local day.
        Fact(name="check_in.place", kind=Kind.INTEGER),
        Fact(name="check_in.position", kind=Kind.GEOMETRY),
        Fact(name="check_in.age", kind=Kind.INTEGER, unit="minute"),
        Fact(name="receipt.total", kind=Kind.CENTS),
    )
)


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

    @classmethod
    def of(cls, resident: Resident, *, on: date) -> Self:
        """With the groups, the district and the household that are the resident's on this local day."""
        then = standing(resident, on=on)
        return cls(
            handle=str(resident.handle),
            birth_date=resident.birth_date,
            home_district=then.district,
            groups=then.groups,
            household=then.household,
            household_size=then.household_size,
            household_children=then.household_children,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFacts:
    id: int
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
    lines: tuple[Line, ...] = ()

    @property
    def day(self) -> date:
        return clock.local(self.at).date()


def gather(case: Case, *, visit: Visit | None = None) -> dict[str, Any]:
    """The facts of the case in their JSON form, as they are stored with the decision; what is not known is left out."""
    facts = _when(case) | _who(case) | _where(case.place) | _visit(case, visit)
    if case.trigger == RECEIPT:
        facts["receipt.total"] = sum(line.amount_cents for line in case.lines)
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def _when(case: Case) -> dict[str, Any]:
    local = clock.local(case.at)
    return {
        "trigger": case.trigger,
        "at": local.isoformat(),
        "day": local.date().isoformat(),
        "weekday": local.isoweekday(),
        "time": local.hour * 60 + local.minute,
    }


def _who(case: Case) -> dict[str, Any]:
    born = case.resident.birth_date
    return {
        "resident.age": None if born is None else age(born, case.day),
        "resident.district": case.resident.home_district,
        "resident.groups": sorted(case.resident.groups),
    }


def _where(place: PlaceFacts | None) -> dict[str, Any]:
    if place is None:
        return {}
    position = None if place.position is None else {"type": "Point", "coordinates": list(place.position)}
    return {
        "place.id": place.id,
        "place.code": place.code,
        "place.category": place.category,
        "place.position": position,
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


# Latvian, Lithuanian, English: the facts' names in an explanation.
NAMES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "trigger": ("notikums", "įvykis", "event"),
        "at": ("laiks", "laikas", "time"),
        "day": ("diena", "diena", "day"),
        "weekday": ("nedēļas diena (pirmdiena ir 1)", "savaitės diena (pirmadienis yra 1)", "weekday (Monday is 1)"),
        "time": ("dienas minūte", "dienos minutė", "minute of the day"),
        "resident.age": ("vecums", "amžius", "age"),
        "resident.district": ("dzīvesvietas apkaime", "gyvenamosios vietos rajonas", "home district"),
        "resident.groups": ("grupas", "grupės", "groups"),
        "place.id": ("vieta", "vieta", "place"),
        "place.code": ("vietas kods", "vietos kodas", "code of the place"),
        "place.category": ("vietas veids", "vietos rūšis", "kind of place"),
        "place.position": ("vietas novietojums", "vietos padėtis", "position of the place"),
        "check_in.place": ("pēdējās atzīmēšanās vieta", "paskutinės registracijos vieta", "place of the last check-in"),
        "check_in.position": (
            "atrašanās vieta pēdējās atzīmēšanās brīdī",
            "padėtis paskutinės registracijos metu",
            "position of the last check-in",
        ),
        "check_in.age": (
            "minūtes kopš pēdējās atzīmēšanās",
            "minutės nuo paskutinės registracijos",
            "minutes since the last check-in",
        ),
        "receipt.total": ("čeka summa", "kvito suma", "total of the receipt"),
    }
)
