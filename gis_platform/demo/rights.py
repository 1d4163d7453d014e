"""The demo's benefit programmes with their budgets, what suspends them, and the machines at which they are used."""

from dataclasses import asdict
from datetime import date, timedelta

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.demo.land import SOURCE
from gis_platform.devices.models import Device
from gis_platform.identity.models import Department, User
from gis_platform.reports.models import Category
from layers.merchants.models import Merchant, MerchantGroup, MerchantMembership
from layers.places.models import Place
from layers.sensors.vocabulary import define
from rules.benefits import overrides
from rules.benefits.examples import WorkedProgramme, worked_programmes
from rules.benefits.models import AlarmThreshold, Budget, Override, Programme
from rules.benefits.versions import approve, draft, submit

BUDGET_CENTS = 5_000_000
LANGUAGES = ("name_lv", "name_lt", "name_en")
CANTEEN = " canteen"
ACTS = {"lv": "Domes saistošie noteikumi (paraugs)", "lt": "Tarybos sprendimas (pavyzdys)"}
ORDERS = {"lv": "Domes rīkojums (paraugs)", "lt": "Mero potvarkis (pavyzdys)"}
MACHINES = ((Device.Role.LIBRARY, Place.Category.LIBRARY), (Device.Role.SCHOOL, Place.Category.SCHOOL))
DEPARTMENTS = {
    "streets": ("Ceļu un ielu nodaļa", "Gatvių ir kelių skyrius", "Streets Department"),
    "greenery": ("Vides un labiekārtošanas nodaļa", "Aplinkos ir želdynų skyrius", "Environment Department"),
}
CATEGORIES = (
    ("pothole", "streets", 10, "Bedre brauktuvē", "Duobė gatvėje", "Pothole"),
    ("street-light", "streets", 5, "Nedeg ielas apgaismojums", "Nešviečia gatvės žibintas", "Street light is out"),
    ("snow", "streets", 2, "Nenotīrīts sniegs vai ledus", "Nenuvalytas sniegas ar ledas", "Snow or ice not cleared"),
    ("litter", "greenery", 5, "Atkritumi", "Šiukšlės", "Litter"),
    ("tree", "greenery", 10, "Bīstams koks", "Pavojingas medis", "Dangerous tree"),
)


def load_rights() -> dict[str, int]:
    """Adds the programmes, machines and report categories that are not there yet."""
    added = {
        "programmes": sum(_programme(worked) for worked in worked_programmes() if _is_of_this_city(worked)),
        "devices": _devices(),
    }
    _merchant_groups()
    _alarms()
    _suspension()
    _report_categories()
    return added


def _is_of_this_city(worked: WorkedProgramme) -> bool:
    return not worked.cities or settings.CITY.id in worked.cities


def _programme(worked: WorkedProgramme) -> bool:
    if Programme.objects.filter(code=worked.code).exists():
        return False
    author, approver = (User.objects.get(username=name) for name in ("clerk", "admin"))
    fields = {**worked.programme, "legal_date": date.fromisoformat(worked.programme["legal_date"])}
    # An act has its name in the language of the city that passed it.
    programme = Programme.objects.create(**fields | {"legal_act": ACTS[settings.CITY.language]})
    first_day = _new_year()
    period = DateRange(first_day, date(first_day.year + 1, 1, 1))
    for funder in _funders(worked):
        Budget.objects.create(programme=programme, funder=funder, period=period, limit_cents=BUDGET_CENTS)
    version = draft(
        programme,
        definition=worked.definition,
        first_day=first_day,
        examples=[asdict(example) for example in worked.examples],
        author=author,
    )
    submit(version.pk, author=author)
    approve(version.pk, approver=approver)
    return True


def _funders(worked: WorkedProgramme) -> list[str]:
    """The programme's own, and the neighbours of this city that pay for their own people."""
    others = [one["funder"] for one in worked.definition.get("funders", ())]
    return [worked.programme["funder"], *(one for one in others if one.startswith(settings.CITY.id))]


def _devices() -> int:
    """A machine at each library and school, and a till or validator at each merchant; keys are handed out later."""
    machines = [
        Device(code=f"{role}-{place.code}".lower(), role=role, place=place)
        for role, category in MACHINES
        for place in Place.objects.filter(source=SOURCE, category=category).order_by("code")
    ]
    for merchant in Merchant.objects.filter(source=SOURCE).order_by("code"):
        on_a_bus = merchant.category == Merchant.Category.TRANSPORT
        role = Device.Role.VALIDATOR if on_a_bus else Device.Role.TILL
        machines.append(Device(code=f"{role}-{merchant.code}".lower(), role=role, merchant=merchant))
    before = Device.objects.count()
    Device.objects.bulk_create(machines, ignore_conflicts=True)
    return Device.objects.count() - before


def _merchant_groups() -> None:
    """The canteens of the schools: a meal elsewhere is no school meal."""
    names = ("Skolu ēdnīcas", "Mokyklų valgyklos", "School canteens")
    group, is_new = MerchantGroup.objects.get_or_create(
        code="school-canteens", defaults=dict(zip(LANGUAGES, names, strict=True))
    )
    canteens = Merchant.objects.filter(source=SOURCE, name_en__endswith=CANTEEN).exclude(name_en__contains="University")
    if is_new:
        period = DateRange(_new_year(), None)
        MerchantMembership.objects.bulk_create(
            MerchantMembership(merchant=canteen, group=group, period=period) for canteen in canteens
        )


def _alarms() -> None:
    """PM10 above 50 µg/m³, the limit of a day (Directive 2008/50/EC, annex XI)."""
    names = ("Smogs", "Smogas", "Smog")
    AlarmThreshold.objects.get_or_create(
        code="smog",
        defaults={
            "observed_property": define("pm10"),
            "begins_from": 50,
            "ends_below": 45,
            **dict(zip(LANGUAGES, names, strict=True)),
        },
    )


def _suspension() -> None:
    """As in the autumn of 2021, but still to come: all programmes pause, for pupils two weeks less."""
    if Override.objects.exists():
        return
    author, approver = (User.objects.get(username=name) for name in ("clerk", "admin"))
    first_day = clock.today() + timedelta(days=60)
    is_pupil = {"op": "a_contains", "args": [{"property": "resident.groups"}, ["pupil"]]}
    drafted = overrides.draft(
        {
            "legal_act": ORDERS[settings.CITY.language],
            "legal_number": "25-77",
            "legal_date": clock.today(),
            "first_day": first_day,
            "end_day": first_day + timedelta(days=30),
            "exceptions": [{"when": is_pupil, "end_day": first_day + timedelta(days=16)}],
        },
        author=author,
    )
    overrides.approve(drafted.pk, approver=approver)


def _new_year() -> date:
    return date(clock.today().year, 1, 1)


def _report_categories() -> None:
    for code, titles in DEPARTMENTS.items():
        Department.objects.get_or_create(code=code, defaults=dict(zip(LANGUAGES, titles, strict=True)))
    for code, department, days, *names in CATEGORIES:
        Category.objects.get_or_create(
            code=code,
            defaults={
                "department": Department.objects.get(code=department),
                "deadline_days": days,
                **dict(zip(LANGUAGES, names, strict=True)),
            },
        )
