"""The demo's people who act for others, agree and are looked at, and groups made by a rule and by a register."""

from datetime import timedelta

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.core.actor import on_behalf_of
from gis_platform.demo.land import ACTOR
from gis_platform.identity.models import User
from gis_platform.residents import consents, evidence, mandates
from gis_platform.residents.grouping.members import recompute
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Group, Household, HouseholdMember, Mandate, Resident
from gis_platform.residents.privacy import erasing

LANGUAGES = ("name_lv", "name_lt", "name_en")
SENIOR_AGE, CHILDREN_OF_MANY = 65, 3
RULES = (
    (
        "senior",
        ("Seniori no 65 gadiem", "Senjorai nuo 65 metų", "Seniors from 65"),
        {"op": ">=", "args": [{"property": "age"}, SENIOR_AGE]},
    ),
    (
        "many-children",
        ("Mājsaimniecība ar trim bērniem", "Namų ūkis su trimis vaikais", "Household with three children"),
        {"op": ">=", "args": [{"property": "household_children"}, CHILDREN_OF_MANY]},
    ),
)
PUPILS = ("Skolēni pēc reģistra", "Mokiniai pagal registrą", "Pupils by the school register")
FORGOTTEN = 7  # who asks to be
ASKED = 12  # pupils about whom the recorded register was asked
DOCUMENTS = {"lv": "Dzimšanas apliecība (paraugs)", "lt": "Gimimo liudijimas (pavyzdys)"}


def load_care() -> dict[str, int]:
    """Adds what is not there yet; a demo that has a mandate has the rest too."""
    owner = Resident.objects.filter(user__username="resident").first()
    if owner is None or Mandate.objects.exists():
        return {}
    clerk = User.objects.get(username="clerk").actor
    with on_behalf_of(ACTOR):
        _groups()
        _family(owner, clerk)
    consents.give(owner, consents.Purpose.CITY_NEWS)
    consents.give(owner, consents.Purpose.STATISTICS)
    consents.withdraw(owner, consents.Purpose.STATISTICS)
    looked(owner, actor=clerk, what="profile", purpose="desk")
    erasing.ask(Resident.objects.filter(user=None).order_by("pk")[FORGOTTEN], actor=ACTOR)
    return {"mandates": Mandate.objects.count()}


def _groups() -> None:
    for code, names, rule in RULES:
        made = {"made": Group.Made.RULE, "rule": rule} | dict(zip(LANGUAGES, names, strict=True))
        recompute(Group.objects.get_or_create(code=code, defaults=made)[0].pk)
    asked = {"made": Group.Made.REGISTER, "register": "school", "question": "pupil"}
    fields = asked | dict(zip(LANGUAGES, PUPILS, strict=True))
    group, _is_new = Group.objects.get_or_create(code="pupil-by-register", defaults=fields)
    for resident in Resident.objects.filter(user=None).order_by("-birth_date", "pk")[:ASKED]:
        evidence.check_membership(resident, group, actor=ACTOR)


def _family(owner: Resident, clerk: str) -> None:
    """A child whose guardian is the account `resident`, an older neighbour whom it accompanies, one who asks."""
    today = clock.today()
    child = Resident.objects.create(
        given_name="Marta" if settings.CITY.country == "LV" else "Gabija",
        family_name=owner.family_name,
        birth_date=today.replace(day=1) - timedelta(days=365 * 9),
        languages=[settings.CITY.language],
    )
    household = Household.objects.create()
    for member in (owner, child):
        if not HouseholdMember.objects.on(today).filter(resident=member).exists():
            HouseholdMember.objects.create(household=household, resident=member, period=DateRange(today, None))
    always = DateRange(today, None)
    document = DOCUMENTS[settings.CITY.language]
    mandates.enter(owner, child, Mandate.Kind.GUARDIAN, always, document=document, actor=clerk)
    oldest, second = Resident.objects.exclude(pk=owner.pk).order_by("birth_date", "pk")[:2]
    agreed = mandates.between(owner, oldest, Mandate.Kind.ESCORT, always, asked_by=owner)
    mandates.agree(agreed.pk, by=oldest)
    mandates.between(owner, second, Mandate.Kind.ESCORT, always, asked_by=second)
