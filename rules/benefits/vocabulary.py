"""The facts that a rule may ask about, with their types, units and names.

A person's exact position is no fact, and is never stored: rules see the zones around it, how exact and how old it is.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from gis_platform.residents.models import Means
from layers.merchants.models import Merchant
from layers.places.models import Place
from rules.engine.facts import Fact, FactSchema, Kind

RECEIPT, CHECK_IN, IDENTIFICATION = "receipt", "check-in", "identification"
ZONE_ENTERED, SENSOR_ALARM, DATE = "zone-entered", "sensor-alarm", "date"
TRIGGERS = (RECEIPT, CHECK_IN, IDENTIFICATION, ZONE_ENTERED, SENSOR_ALARM, DATE)

type Names = tuple[str, str, str]  # Latvian, Lithuanian, English
type Entry = tuple[Fact, Names]


def _fact(name: str, kind: Kind, names: Names, *, unit: str = "", values: tuple[str, ...] = ()) -> Entry:
    return Fact(name=name, kind=kind, unit=unit, values=values), names


def _when() -> Iterator[Entry]:
    """On the city's clock and in the city's calendar."""
    yield _fact("trigger", Kind.STRING, ("notikums", "įvykis", "event"), values=TRIGGERS)
    yield _fact("at", Kind.INSTANT, ("laiks", "laikas", "time"))
    yield _fact("day", Kind.DATE, ("diena", "diena", "day"))
    yield _fact("month", Kind.INTEGER, ("mēnesis", "mėnuo", "month"), unit="month")
    yield _fact("month_day", Kind.INTEGER, ("mēneša diena", "mėnesio diena", "day of the month"), unit="day")
    weekday = ("nedēļas diena (pirmdiena ir 1)", "savaitės diena (pirmadienis yra 1)", "weekday (Monday is 1)")
    yield _fact("weekday", Kind.INTEGER, weekday, unit="weekday")
    yield _fact("time", Kind.INTEGER, ("pulksteņa laiks", "paros laikas", "time of the day"), unit="minute of the day")
    yield _fact("holiday", Kind.BOOLEAN, ("svētku diena", "šventinė diena", "public holiday"))


def _who() -> Iterator[Entry]:
    yield _fact("resident.age", Kind.INTEGER, ("vecums", "amžius", "age"), unit="year")
    yield _fact("resident.birthday", Kind.BOOLEAN, ("dzimšanas diena", "gimtadienis", "birthday"))
    yield _fact(
        "resident.district",
        Kind.STRING,
        ("dzīvesvietas apkaime", "gyvenamosios vietos rajonas", "home district"),
    )
    yield _fact("resident.groups", Kind.STRINGS, ("grupas", "grupės", "groups"))
    yield _fact(
        "escort.groups",
        Kind.STRINGS,
        ("pavadāmās personas grupas", "lydimo asmens grupės", "groups of the person who is accompanied"),
    )
    yield _fact(
        "household.size",
        Kind.INTEGER,
        ("cilvēki mājsaimniecībā", "žmonės namų ūkyje", "people in the household"),
        unit="person",
    )
    yield _fact(
        "household.children",
        Kind.INTEGER,
        ("bērni mājsaimniecībā", "vaikai namų ūkyje", "children in the household"),
        unit="person",
    )
    yield _fact(
        "identification.kind",
        Kind.STRING,
        ("identifikācijas līdzeklis", "atpažinimo priemonė", "means of identification"),
        values=tuple(Means.Kind.values),
    )


def _where() -> Iterator[Entry]:
    yield _fact("place.id", Kind.INTEGER, ("vieta", "vieta", "place"))
    yield _fact("place.code", Kind.STRING, ("vietas kods", "vietos kodas", "code of the place"))
    yield _fact(
        "place.category",
        Kind.STRING,
        ("vietas veids", "vietos rūšis", "kind of place"),
        values=tuple(Place.Category.values),
    )
    yield _fact("place.position", Kind.GEOMETRY, ("vietas novietojums", "vietos padėtis", "position of the place"))
    # As "<layer>/<code>" of what contains the person's position.
    yield _fact("zones", Kind.STRINGS, ("zonas", "zonos", "zones"))
    yield _fact("zone.entered", Kind.STRING, ("zona, kurā ieiets", "zona, į kurią įeita", "zone that was entered"))
    yield _fact(
        "position.accuracy",
        Kind.NUMBER,
        ("atrašanās vietas precizitāte, m", "padėties tikslumas, m", "accuracy of the position, m"),
        unit="metre",
    )
    yield _fact(
        "position.age",
        Kind.INTEGER,
        ("atrašanās vietas vecums, s", "padėties senumas, s", "age of the position, s"),
        unit="second",
    )


def _visited() -> Iterator[Entry]:
    """The resident's latest check-in of the same local day."""
    yield _fact(
        "check_in.place",
        Kind.INTEGER,
        ("pēdējās atzīmēšanās vieta", "paskutinės registracijos vieta", "place of the last check-in"),
    )
    yield _fact(
        "check_in.position",
        Kind.GEOMETRY,
        (
            "atrašanās vieta pēdējās atzīmēšanās brīdī",
            "padėtis paskutinės registracijos metu",
            "position of the last check-in",
        ),
    )
    yield _fact(
        "check_in.age",
        Kind.INTEGER,
        ("minūtes kopš pēdējās atzīmēšanās", "minutės nuo paskutinės registracijos", "minutes since the last check-in"),
        unit="minute",
    )


def _bought() -> Iterator[Entry]:
    yield _fact("merchant.code", Kind.STRING, ("tirgotājs", "prekybininkas", "merchant"))
    yield _fact(
        "merchant.category",
        Kind.STRING,
        ("tirgotāja kategorija", "prekybininko kategorija", "category of the merchant"),
        values=tuple(Merchant.Category.values),
    )
    yield _fact("merchant.groups", Kind.STRINGS, ("tirgotāju grupas", "prekybininkų grupės", "groups of merchants"))
    yield _fact("receipt.total", Kind.CENTS, ("čeka summa", "kvito suma", "total of the receipt"))
    yield _fact("receipt.units", Kind.INTEGER, ("vienības čekā", "vienetai kvite", "units on the receipt"), unit="unit")
    yield _fact(
        "receipt.categories",
        Kind.STRINGS,
        ("preču kategorijas čekā", "prekių kategorijos kvite", "categories on the receipt"),
    )


def _sensed() -> Iterator[Entry]:
    """The reading that raised the alarm, where an alarm is the event; and every alarm that is active in the city."""
    yield _fact("sensor.stream", Kind.STRING, ("datu plūsma", "duomenų srautas", "stream"))
    yield _fact("sensor.value", Kind.NUMBER, ("sensora rādījums", "jutiklio rodmuo", "reading of the sensor"))
    yield _fact("sensor.alarm", Kind.STRING, ("trauksme", "pavojaus signalas", "alarm"))
    yield _fact("alarms", Kind.STRINGS, ("spēkā esošās trauksmes", "aktyvūs pavojaus signalai", "active alarms"))


_ENTRIES = (*_when(), *_who(), *_where(), *_visited(), *_bought(), *_sensed())

SCHEMA = FactSchema(fact for fact, _ in _ENTRIES)
NAMES: Mapping[str, Names] = MappingProxyType({fact.name: names for fact, names in _ENTRIES})
