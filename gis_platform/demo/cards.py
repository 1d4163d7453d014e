"""Series of the demo's cards: one that is running out, so that the desk has something to renew, and the present one."""

from datetime import timedelta

from django.db.models import F

from gis_platform.core import clock
from gis_platform.residents.models import Means

OLD, PRESENT = "2024", "2026"
OLD_CARDS = 60
DAYS = 120  # over which the old ones end


def load_cards() -> dict[str, int]:
    """Once."""
    if Means.objects.exclude(series="").exists():
        return {}
    found = Means.objects.filter(kind=Means.Kind.LIBRARY, expires_at=None)
    cards = list(found.order_by(F("resident__user").asc(nulls_first=True), "pk"))  # who signs in keeps a good card
    for number, card in enumerate(cards):
        card.series = OLD if number < OLD_CARDS else PRESENT
        days = 1 + number * DAYS // OLD_CARDS if number < OLD_CARDS else 900
        card.expires_at = clock.now() + timedelta(days=days)
    return {"cards in series": Means.objects.bulk_update(cards, ["series", "expires_at"])}
