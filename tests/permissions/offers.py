"""Offers by position: of one resident."""

from django.contrib.gis.geos import Point

from gis_platform.core import clock
from gis_platform.residents import consents
from gis_platform.residents.models import Resident
from rules.loyalty.offers import giving
from rules.loyalty.offers.matching import Position
from tests.people import LIBRARY, a_resident
from tests.permissions import Trial, as_user, trial
from tests.rules.loyalty.offers.test_offers import an_offer


def a_willing_resident() -> Resident:
    resident = a_resident()
    consents.give(resident, giving.PURPOSE)
    return resident


def of_two(path: str, *, secret: str = "", body: object = None) -> Trial:
    willing, other = a_willing_resident(), a_resident()
    if secret:
        an_offer("near", Point(LIBRARY.x, LIBRARY.y, srid=4326), 50, title_en=secret)
        fix = Position(longitude=LIBRARY.x, latitude=LIBRARY.y, accuracy_m=5)
        giving.around(willing, fix, taken_at=clock.now(), inside=None)
    owner, colleague = as_user(willing.user), as_user(other.user)
    return Trial(path=path, owner=owner, colleague=colleague, secret=secret, body=body or {})


@trial("POST /api/v1/positions")
def position() -> Trial:
    """The colleague has not agreed."""
    fix = {"longitude": LIBRARY.x, "latitude": LIBRARY.y, "accuracy_m": 5, "taken_at": clock.now().isoformat()}
    return of_two("/api/v1/positions", body=fix)


@trial("GET /api/v1/offers")
def offers() -> Trial:
    return of_two("/api/v1/offers", secret="A coffee for you")
