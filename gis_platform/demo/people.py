"""The demo's accounts, one for each kind of user, and generated residents with their cards. All names are invented."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import Group as Role
from django.contrib.gis.geos import Point
from django.db import transaction

from gis_platform.core import clock
from gis_platform.demo.land import ACTOR
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role as RoleName
from gis_platform.residents.models import Group, Household, HouseholdMember, Means, Membership, Residence, Resident
from gis_platform.residents.services import issue_means
from layers.places.models import Place

PASSWORD = "demo-city-2026"  # noqa: S105 known to everybody on purpose: production refuses the demo
RESIDENTS = 200
SEED = 1573  # the year of Jelgava's town rights
GIVEN_NAMES = {
    "LV": (
        "Anna",
        "Jānis",
        "Līga",
        "Mārtiņš",
        "Ilze",
        "Edgars",
        "Zane",
        "Pēteris",
        "Elīna",
        "Raivis",
        "Dace",
        "Kaspars",
    ),
    "LT": (
        "Rasa",
        "Jonas",
        "Eglė",
        "Mantas",
        "Rūta",
        "Tomas",
        "Austėja",
        "Petras",
        "Ieva",
        "Darius",
        "Birutė",
        "Lukas",
    ),
}
FAMILY_NAMES = {
    "LV": ("Upesloks", "Mežvidus", "Saulgriezis", "Lauciens", "Rītvējš", "Birztals", "Vējzieds", "Kalnavots"),
    "LT": ("Upėnas", "Girininkaitis", "Saulėgrįža", "Laukaitis", "Rytvėjis", "Beržynas", "Vėjūnas", "Kalnėnas"),
}
GROUPS = (
    ("pupil", "Skolēns", "Moksleivis", "Pupil"),
    ("pensioner", "Pensionārs", "Pensininkas", "Pensioner"),
    ("large-family", "Daudzbērnu ģimene", "Gausi šeima", "Large family"),
    ("fare-relief", "Braukšanas atvieglojums", "Kelionės lengvata", "Relief on fares"),
)
NEIGHBOURS = {"LV": "JEL-NOV", "LT": "SIA-RAJ"}  # the district around the city, as the register calls it
NEIGHBOUR_EVERY = 9  # one pupil in so many lives there and goes to school in the city
RELIEF_EVERY = 25
FAMILIES, CHILDREN = 8, 3
PUPIL_AGES = range(7, 19)
PENSION_AGE = 65
PARENT_AGES = range(28, 56)


@dataclass(frozen=True)
class Account:
    username: str
    title: str
    role: RoleName | None


ACCOUNTS = (
    Account("admin", "administrator", RoleName.ADMINISTRATOR),
    Account("planner", "planner: layers, imports, boundaries", RoleName.PLANNER),
    Account("tourism", "tourism centre: editor", RoleName.TOURISM_EDITOR),
    Account("clerk", "city department: merchants, benefits", RoleName.CLERK),
    Account("operator", "operations centre: monitor", RoleName.OPERATOR),
    Account("resident", "resident with a card", None),
)


def load_people() -> dict[str, int]:
    """Adds the accounts, groups and residents that are not there yet."""
    accounts = sum(_account(account) for account in ACCOUNTS)
    for code, *names in GROUPS:
        Group.objects.get_or_create(
            code=code, defaults=dict(zip(("name_lv", "name_lt", "name_en"), names, strict=True))
        )
    residents = 0 if Resident.objects.exists() else _residents()
    return {"accounts": accounts, "residents": residents}


def sign_ins() -> str:
    """What a newcomer needs to sign in, as text."""
    lines = [f"  {account.username:<10} {account.title}" for account in ACCOUNTS]
    return "\n".join([*lines, "", f"  password for all of them: {PASSWORD}", ""])


def _account(account: Account) -> bool:
    if User.objects.filter(username=account.username).exists():
        return False
    user = User.objects.create_user(
        account.username,
        email=f"{account.username}@example.org",
        password=PASSWORD,
        is_staff=account.role is not None,
        is_superuser=account.role is RoleName.ADMINISTRATOR,
    )
    if account.role:
        user.groups.set(Role.objects.filter(name=account.role))
    return True


@transaction.atomic
def _residents() -> int:
    """People of every age who live within a kilometre of some place; the first one owns the account `resident`."""
    chance = random.Random(SEED)  # noqa: S311 a demo, not a secret
    country, today = settings.CITY.country, clock.today()
    year_ago = today - timedelta(days=365)
    homes = [place.geometry for place in Place.objects.filter(source="demo").order_by("code")]
    groups = {group.code: group for group in Group.objects.all()}
    for number in range(RESIDENTS):
        home = chance.choice(homes)
        resident = Resident.objects.create(
            user=User.objects.get(username="resident") if number == 0 else None,
            given_name=chance.choice(GIVEN_NAMES[country]),
            family_name=chance.choice(FAMILY_NAMES[country]),
            birth_date=today - timedelta(days=chance.randrange(7 * 365, 90 * 365)),
            languages=[settings.CITY.language],
        )
        position = Point(home.x + chance.uniform(-0.01, 0.01), home.y + chance.uniform(-0.005, 0.005), srid=4326)
        group_code = "fare-relief" if number and number % RELIEF_EVERY == 0 else _group_of(resident, today)
        from_outside = group_code == "pupil" and number % NEIGHBOUR_EVERY == 0
        Residence.objects.create(
            resident=resident,
            period=(year_ago, None),
            home=None if from_outside else position,
            district=NEIGHBOURS[country] if from_outside else "",
            source=Residence.Source.REGISTER,
            checked_at=clock.now(),
        )
        issue_means(resident, kind=Means.Kind.LIBRARY, token=f"DEMO-{number:04}", actor=ACTOR)
        if group := groups.get(group_code):
            Membership.objects.create(resident=resident, group=group, period=(year_ago, None), evidence="demo")
    _families(groups["large-family"], today)
    return RESIDENTS


def _families(group: Group, today: date) -> None:
    """Two grown-ups and three children each, who have lived together for a year."""
    year_ago = today - timedelta(days=365)
    youngest_first = list(Resident.objects.filter(user=None).order_by("-birth_date", "pk"))
    children = youngest_first[: FAMILIES * CHILDREN]
    parents = [one for one in youngest_first if _age(one, today) in PARENT_AGES][: FAMILIES * 2]
    for number in range(FAMILIES):
        household = Household.objects.create()
        mine = children[number * CHILDREN : (number + 1) * CHILDREN] + parents[number * 2 : number * 2 + 2]
        for member in mine:
            HouseholdMember.objects.create(household=household, resident=member, period=(year_ago, None))
            Membership.objects.create(resident=member, group=group, period=(year_ago, None), evidence="demo")


def _group_of(resident: Resident, today: date) -> str:
    age = _age(resident, today)
    return "pupil" if age in PUPIL_AGES else "pensioner" if age >= PENSION_AGE else ""


def _age(resident: Resident, today: date) -> int:
    return (today - resident.birth_date).days // 365 if resident.birth_date else 0
