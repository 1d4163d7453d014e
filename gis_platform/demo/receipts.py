"""What the demo's residents bought in the last weeks: simulated receipts, decided and booked by the real service.

So that what-if, forecast and settlement have a past. One budget is made small enough to run out within the year.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from gis_platform.core import clock
from gis_platform.devices.models import Device
from gis_platform.residents.models import Resident
from layers.merchants.models import Merchant
from rules.benefits import alarms, services
from rules.benefits.examples import worked_programmes
from rules.benefits.facts import RECEIPT, Case, MerchantFacts, PlaceFacts, ResidentFacts
from rules.benefits.identification import credited
from rules.benefits.models import Budget, Decision, Programme, ProgrammeVersion
from rules.benefits.versions import draft
from rules.engine.receipt import Line

SEED = 1573
DAYS = 35
BUYERS_A_DAY, BUYERS_AT_WEEKENDS = 26, 9
FARE_CENTS = 150
LASTS_DAYS = 24  # how long the small budget would still last, at the mean of the past days
SMALL_BUDGET = "pensioners-free-trips"
DRAFTED = "pupils-free-trips"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought at one kind of machine, by `weight` of a hundred buyers."""

    role: str
    category: str
    cents: tuple[int, ...]
    weight: int


PURCHASES = (
    Purchase(Device.Role.VALIDATOR, "bus-ticket", (FARE_CENTS,), 74),
    Purchase(Device.Role.SCHOOL, "school-meal", (320, 360), 16),
    Purchase(Device.Role.TILL, "museum-ticket", (300, 500, 700), 10),
)


def load_receipts() -> dict[str, int]:
    """Adds the receipts, the small budget and a draft to look at, once."""
    if Decision.objects.filter(trigger=RECEIPT).exists():
        return {"receipts": 0}
    made = sum(_buy(case, number) for number, case in enumerate(_cases(random.Random(SEED))))  # noqa: S311 a demo
    _small_budget()
    _draft()
    return {"receipts": made}


def _buy(case: Case, number: int) -> int:
    with clock.frozen(case.at):
        services.decide(case, key=f"demo-receipt-{number}")
    return 1


def _cases(chance: random.Random) -> Iterator[Case]:
    residents = list(Resident.objects.order_by("pk"))
    machines = {role: list(Device.objects.filter(role=role).select_related("place", "merchant").order_by("pk"))
                for role in {one.role for one in PURCHASES}}  # fmt: skip
    offered = [one for one in PURCHASES if machines[one.role]]
    shops: dict[int, MerchantFacts] = {}
    for day in _days():
        buyers = BUYERS_AT_WEEKENDS if day.isoweekday() > 5 else BUYERS_A_DAY
        for at in sorted(_moment(chance, day) for _ in range(chance.randint(buyers - 4, buyers + 4))):
            bought = chance.choices(offered, [one.weight for one in offered])[0]
            yield _case(chance, at, chance.choice(residents), chance.choice(machines[bought.role]), bought, shops)


def _case(
    chance: random.Random, at: datetime, resident: Resident, device: Device, bought: Purchase,
    shops: dict[int, MerchantFacts],
) -> Case:  # fmt: skip
    quantity = chance.choices((1, 2), (9, 1))[0]
    line = Line(
        id="1", category=bought.category, amount_cents=chance.choice(bought.cents) * quantity, quantity=quantity
    )
    return Case(
        trigger=RECEIPT,
        at=at,
        resident=ResidentFacts.of(resident, on=clock.local(at).date()),
        place=PlaceFacts.of(device.place) if device.place else None,
        terminal=device.actor,
        merchant=credited(device),
        shop=_shop(device.merchant, at, shops) if device.merchant else None,
        alarms=alarms.active(at),
        lines=(line,),
    )


def _shop(merchant: Merchant, at: datetime, shops: dict[int, MerchantFacts]) -> MerchantFacts:
    if merchant.pk not in shops:
        shops[merchant.pk] = MerchantFacts.of(merchant, on=clock.local(at).date())
    return shops[merchant.pk]


def _days() -> list[date]:
    today = clock.today()
    return [today - timedelta(days=number) for number in range(DAYS, 0, -1)]


def _moment(chance: random.Random, day: date) -> datetime:
    hour = chance.choice((7, 7, 8, 9, 11, 13, 15, 16, 16, 17, 18, 20))
    return datetime(day.year, day.month, day.day, hour, chance.randrange(60), tzinfo=settings.CITY.time_zone)


def _small_budget() -> None:
    """Leaves the pensioners' free trips what LASTS_DAYS mean days would take."""
    for budget in Budget.objects.filter(programme__code=SMALL_BUDGET, used_cents__gt=0):
        left = budget.used_cents * LASTS_DAYS // DAYS
        Budget.objects.filter(pk=budget.pk).update(limit_cents=F("used_cents") + left)


def _draft() -> None:
    """Pupils pay half instead of nothing: a draft that costs less, and that many would feel."""
    programme = Programme.objects.filter(code=DRAFTED).first()
    worked = next((one for one in worked_programmes() if one.code == DRAFTED), None)
    first = ProgrammeVersion.objects.filter(programme=programme).select_related("author").last()
    if programme is None or worked is None or first is None:
        return
    half = {"kind": "percent", "basis_points": 5_000}
    rules = [rule | {"effect": half} for rule in worked.definition["rules"]]
    draft(
        programme,
        definition={**worked.definition, "rules": rules},
        first_day=clock.today().replace(day=1) + timedelta(days=62),
        author=first.author,
    )
