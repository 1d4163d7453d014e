"""What points are good for in the demo: tiers, rewards, and quests over the labelled places."""

from datetime import timedelta

from django.contrib.gis.geos import LineString

from gis_platform.core import clock
from gis_platform.demo.land import SOURCE
from gis_platform.residents.models import Resident
from layers.places.models import Beacon, Place
from rules.loyalty import points
from rules.loyalty.models import CheckIn, Quest, QuestPlace, Reward, Tier
from rules.loyalty.quests import complete_after
from rules.loyalty.rewards import redeem

TIERS = (
    ("neighbour", "Kaimiņš", "Kaimynas", "Neighbour", 50, 0),
    ("friend", "Pilsētas draugs", "Miesto draugas", "Friend of the city", 200, 10),
    ("patron", "Pilsētas mecenāts", "Miesto mecenatas", "Patron of the city", 600, 20),
)
REWARDS = (
    ("coffee", "Kafija muzeja kafejnīcā", "Kava muziejaus kavinėje", "Coffee at the museum café", 40, 120, ""),
    ("swim", "Viena reize peldbaseinā", "Vienas apsilankymas baseine", "One visit to the pool", 80, 40, ""),
    ("tower", "Brauciens uz torņa skatu laukumu", "Apžvalgos bokštas", "The viewing tower for two", 120, 25, ""),
    (
        "concert",
        "Biļete uz vasaras koncertu",
        "Vasaros koncerto bilietas",
        "A ticket to the summer concert",
        200,
        0,
        "friend",
    ),
    ("bag", "Pilsētas auduma soma", "Miesto medžiaginis krepšys", "The city's cloth bag", 60, 37, ""),
)
QUESTS = (
    ("first-steps", "any", 3, 4, "Pirmie soļi", "Pirmieji žingsniai", "First steps"),
    ("in-order", "order", 4, 4, "Pilsētas stāsts", "Miesto istorija", "The story of the city"),
    ("along-the-river", "route", 5, 5, "Gar ūdeni", "Palei vandenį", "Along the water"),
)
NOT_FOR_WALKS = ("school", "kindergarten", "hospital", "clinic", "parking")
WELCOME_POINTS = 170  # of the resident whose account is in the list of the demo's accounts
WORDS = (
    "Apmeklējiet vietas, noskenējiet katras uzlīmi un pelniet punktus.",
    "Aplankykite vietas, nuskaitykite kiekvienos lipduką ir rinkite taškus.",
    "Visit the places, scan the label at each of them and earn points.",
)


def load_loyalty() -> dict[str, int]:
    """Adds them once; quests that the demo's check-ins complete are completed."""
    if Quest.objects.exists() or not Beacon.objects.filter(source=SOURCE).exists():
        return {"quests": 0}
    tiers = _tiers()
    for code, lv, lt, en, price, stock, tier in REWARDS:
        Reward.objects.create(
            code=code, name_lv=lv, name_lt=lt, name_en=en, price=price, stock=stock,
            tier=tiers.get(tier), first_day=clock.today() - timedelta(days=10),
        )  # fmt: skip
    _quests()
    for record in CheckIn.objects.filter(decision=CheckIn.Decision.ACCEPTED).select_related("resident").order_by("at"):
        complete_after(record)
    _welcome()
    return {"quests": len(QUESTS)}


def _welcome() -> None:
    """One resident with enough points to choose from, and one reward to fetch."""
    resident = Resident.objects.filter(user__username="resident").first()
    if resident is not None:
        points.earn(resident.handle, WELCOME_POINTS, kind="benefit", reference=f"welcome:{resident.pk}")
        redeem(resident, Reward.objects.get(code="coffee").pk, key="demo")


def _tiers() -> dict[str, Tier]:
    return {
        code: Tier.objects.create(
            code=code, name_lv=lv, name_lt=lt, name_en=en, points_min=points, discount_percent=percent
        )
        for code, lv, lt, en, points, percent in TIERS
    }


def _quests() -> None:
    labelled = Beacon.objects.filter(source=SOURCE).order_by("pk").values_list("place", flat=True)
    seen = Place.objects.filter(pk__in=list(labelled)).exclude(category__in=NOT_FOR_WALKS)
    places = list(seen.order_by("pk")[:12])
    for number, (code, kind, needed, count, lv, lt, en) in enumerate(QUESTS):
        chosen = places[number * 2 : number * 2 + count]
        if kind == Quest.Kind.ROUTE:
            chosen.sort(key=lambda place: (place.geometry.x, place.geometry.y))
        line = LineString([place.geometry.coords for place in chosen], srid=4326) if kind == Quest.Kind.ROUTE else None
        quest = Quest.objects.create(
            code=code, kind=kind, needed=min(needed, len(chosen)), route=line, points=30 + 20 * number,
            name_lv=lv, name_lt=lt, name_en=en,
            description_lv=WORDS[0], description_lt=WORDS[1], description_en=WORDS[2],
            first_day=clock.today() - timedelta(days=5), last_day=clock.today() + timedelta(days=60),
            reward=Reward.objects.filter(code="bag").first() if number == 1 else None, state=Quest.State.PUBLISHED,
        )  # fmt: skip
        QuestPlace.objects.bulk_create(
            QuestPlace(quest=quest, place=place, position=position) for position, place in enumerate(chosen, 1)
        )
