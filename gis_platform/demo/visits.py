"""What the demo's residents did in the last three days: check-ins at labelled places, and a few problem reports."""

import random
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.demo.land import ACTOR, SOURCE
from gis_platform.demo.loyalty import load_loyalty
from gis_platform.reports.models import Report
from gis_platform.reports.services import Draft, submit
from gis_platform.residents.models import Resident
from layers.places.models import Beacon
from rules.loyalty.models import CheckIn
from rules.loyalty.services import Fix, book

SEED = 1990
CHECK_INS = 240
OPENING_HOURS = range(8, 20)
REPORTS = (
    ("pothole", "Deep hole in the right lane, cars swerve around it.", 0.0021, 0.0007),
    ("street-light", "Three lamps in a row are dark.", -0.0034, 0.0012),
    ("litter", "Overflowing bin beside the bench.", 0.0008, -0.0016),
    ("tree", "A large branch is hanging over the footpath.", -0.0012, -0.0024),
)


def load_visits() -> dict[str, int]:
    """Adds check-ins and reports, once."""
    return {
        "check-ins": 0 if CheckIn.objects.exists() else _check_in(),
        "reports": 0 if Report.objects.exists() else _report(),
    } | load_loyalty()


def _check_in() -> int:
    """Each resident moves through the city in time; every check-in is decided and booked by the real service."""
    chance = random.Random(SEED)  # noqa: S311 a demo, not a secret
    residents = list(Resident.objects.order_by("pk"))
    beacons = list(Beacon.objects.filter(source=SOURCE).select_related("place").order_by("pk"))
    popular = [10 if number < 6 else 1 for number in range(len(beacons))]
    for at in sorted(_moment(chance) for _ in range(CHECK_INS)):
        beacon = chance.choices(beacons, popular)[0]
        position = beacon.place.geometry
        with clock.frozen(at):
            fix = Fix(longitude=position.x, latitude=position.y, accuracy_m=chance.uniform(5, 25), taken_at=at)
            book(chance.choice(residents), beacon=beacon, fix=fix)
    return CHECK_INS


def _moment(chance: random.Random) -> datetime:
    day = clock.local(clock.now()) - timedelta(days=chance.randrange(3))
    moment = day.replace(hour=chance.choice(OPENING_HOURS), minute=chance.randrange(60), second=chance.randrange(60))
    return min(moment, clock.now())


def _report() -> int:
    """Reports of strangers around the first labelled place."""
    position = Beacon.objects.filter(source=SOURCE).order_by("pk")[0].geometry
    for category, text, east, north in REPORTS:
        draft = Draft(category=category, text=text, longitude=position.x + east, latitude=position.y + north)
        with acting(ACTOR, "demo city"):
            submit(draft, by=AnonymousUser(), idempotency_key=f"demo-{category}", body=text.encode())
    return len(REPORTS)
