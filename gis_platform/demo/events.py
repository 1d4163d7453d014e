"""Tickets of two of the demo's events, and offers that its places trigger."""

import random
from datetime import timedelta

from django.db import transaction

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from layers.events.models import Event
from layers.places.models import Place
from rules.loyalty.models import Offer, Quota, Tariff, TicketSale
from rules.loyalty.tickets import booking, doors
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.tokens import token_of

SEED = 1818
TARIFFS = (
    ("resident", "Iedzīvotājs", "Gyventojas", "Resident", 500, 1, Tariff.Audience.RESIDENTS),
    ("family", "Ģimene", "Šeima", "Family", 1500, 4, Tariff.Audience.EVERYONE),
    ("guest", "Viesis", "Svečias", "Guest", 800, 1, Tariff.Audience.EVERYONE),
)
FREE = (("free", "Bez maksas", "Nemokamai", "Free", 0, 1, Tariff.Audience.EVERYONE),)
OFFERS = (
    ("Kafija grāmatu lasītājiem", "Kava skaitytojams", "Coffee for readers", "Show this at the counter: half price."),
    ("Bērniem ieeja brīva", "Vaikams nemokamai", "Children enter free", "Today until the evening."),
)


def load_events() -> dict[str, int]:
    """Adds ticket sales and offers, once."""
    return {"ticket sales": _sales(), "offers": _offers()}


@transaction.atomic
def _sales() -> int:
    events = list(Event.objects.filter(source="demo").order_by("pk")[:2])
    if TicketSale.objects.exists() or len(events) < 2:
        return 0
    paid, free = _sale(events[0], 240, TARIFFS), _sale(events[1], 60, FREE)
    people = list(Resident.objects.order_by("pk")[:40])
    chance = random.Random(SEED)  # noqa: S311 a demo, not a secret
    for number, person in enumerate(people):
        order = booking.order(paid, Buyer.known(person), {chance.choice(("guest", "family")): 1})
        if number % 8:
            booking.payment_told(booking.pay(order).reference, paid=True)
        if number % 3 == 0:
            ticket = booking.order(free, Buyer.known(person), {"free": 1}).tickets.select_related("order__sale").get()
            if number % 2 == 0:
                doors.admit(free, token_of(ticket), door="user:1")
    return 2


def _sale(event: Event, capacity: int, tariffs: tuple[tuple[str, str, str, str, int, int, str], ...]) -> TicketSale:
    at = clock.now()
    sale = TicketSale.objects.create(
        event=event,
        opens_at=at - timedelta(days=10),
        closes_at=at + timedelta(days=60),
        doors_at=at + timedelta(days=60) if tariffs is TARIFFS else at - timedelta(hours=1),
        hold_minutes=60,
    )
    hall = Quota.objects.create(sale=sale, name="A", capacity=capacity)
    for code, name_lv, name_lt, name_en, cents, seats, audience in tariffs:
        Tariff.objects.create(
            sale=sale, code=code, name_lv=name_lv, name_lt=name_lt, name_en=name_en, price_cents=cents, seats=seats,
            audience=audience,
        ).quotas.add(hall)  # fmt: skip
    return sale


def _offers() -> int:
    if Offer.objects.exists():
        return 0
    at = clock.now()
    for place, (lv, lt, en, text) in zip(Place.objects.filter(source="demo").order_by("code"), OFFERS, strict=False):
        Offer.objects.create(
            title_lv=lv, title_lt=lt, title_en=en, text_en=text, trigger=Offer.Trigger.NEAR, geometry=place.geometry,
            reach=place.geometry, metres=80, source=f"places/{place.pk}", valid_from=at - timedelta(days=3),
            valid_to=at + timedelta(days=60),
        )  # fmt: skip
    return len(OFFERS)
