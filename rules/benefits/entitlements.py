"""What am I entitled to here? Asked before shopping, answered by the very rules and limits that the till meets.

Nothing is booked. A programme could apply when no condition of one of its rules is known to fail: what will be on the
receipt is not known yet, and neither is the shop where none was named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from layers.merchants.models import Merchant
from layers.places.models import Place
from rules.benefits import alarms, catalogue
from rules.benefits.booking import Weighed
from rules.benefits.facts import Case, MerchantFacts, PlaceFacts, ResidentFacts
from rules.benefits.limits import BUDGET_EXHAUSTED, NO_BUDGET, Room, room
from rules.benefits.models import Budget, Programme
from rules.benefits.naming import names, spoken
from rules.benefits.versions import InForce
from rules.benefits.vocabulary import RECEIPT
from rules.benefits.weighing import Weighing
from rules.engine.definition import Gives
from rules.engine.describing import describe
from rules.engine.expressions import Expression, Operation, Property
from rules.engine.facts import Facts
from rules.engine.forms import Cap, Holder
from rules.engine.outcome import Verdict
from rules.engine.receipt import Line

UNKNOWN_YET = frozenset({"receipt.total", "receipt.units", "receipt.categories"})
ABOUT_THE_PLACE = ("place.", "merchant.", "zones")
COSTS = frozenset({Gives.MONEY, Gives.FARE_CAP})
OWN = frozenset({Holder.PERSON, Holder.HOUSEHOLD, Holder.RECEIPT})  # what the city or a shop may still give is not told


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left of one limit, and what it is when it is whole."""

    unit: str
    period: str
    per: str
    left: int
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entitlement:
    """A programme that could apply. `withheld` is the reason code where it gives nothing now, whatever is bought.

    `certain` says that nothing but the goods decides: everything else is known, and fits. `of_the_place` says that it
    asks about the place or the shop; the others apply wherever such goods are sold.
    """

    programme: str
    name: str
    legal_basis: str
    sentences: tuple[str, ...]
    certain: bool
    of_the_place: bool
    left: tuple[Left, ...]
    withheld: str = ""

    @property
    def open(self) -> bool:
        return not self.withheld and all(one.left for one in self.left)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A programme as everybody may read it."""

    name: str
    legal_basis: str
    sentences: tuple[str, ...]


def case_here(
    resident: Resident, *, place: Place | None = None, merchant: Merchant | None = None, lines: Iterable[Line] = ()
) -> Case:
    """A receipt of this person at that place or shop, now, as its till would send it."""
    at = clock.now()
    day = clock.local(at).date()
    account = f"merchant:{merchant.pk}" if merchant else f"place:{place.pk}" if place else ""
    return Case(
        trigger=RECEIPT,
        at=at,
        resident=ResidentFacts.of(resident, on=day),
        place=PlaceFacts.of(place) if place else None,
        shop=MerchantFacts.of(merchant, on=day) if merchant else None,
        merchant=account,
        alarms=alarms.active(at),
        lines=tuple(lines),
    )


def entitlements(case: Case, *, language: str = "") -> list[Entitlement]:
    """What could apply, the ones that give something now first, then by the programme's code."""
    weighing = Weighing(case)
    known = {name: value for name, value in weighing.known.items() if name not in UNKNOWN_YET}
    possible = [
        (one, certain)
        for one in weighing.catalogue.versions
        if one.compiled.answers(RECEIPT) and (certain := _could(one, known)) is not None
    ]
    limits = room(case, weighing.catalogue.limits)
    withheld = {
        **_used_up_by_others([one for one, _ in possible], limits),
        **_without_money([one for one, _ in possible], known, case.day),
        **weighing.suspended,
    }
    told = _Teller(spoken(language), [one for one, _ in possible])
    found = [
        told.entitlement(one, certain, left=_left(one, limits), withheld=withheld.get(one.code, ""))
        for one, certain in possible
    ]
    return sorted(found, key=lambda one: (not one.open, one.programme))


def on_offer(day: date, *, language: str = "") -> list[Offer]:
    """All programmes of a day in words, for anybody to read; by name."""
    versions = catalogue.on(day).versions
    told = _Teller(spoken(language), versions)
    return sorted((told.offer(one) for one in versions), key=lambda offer: offer.name)


def quote(case: Case) -> Weighed:
    """What the till would grant for these lines at this moment, budgets and caps included. Raises CaseRefused."""
    weighing = Weighing(case)
    refused: dict[str, str] = {}
    for _ in range(len(weighing.catalogue.codes) + 1):
        weighed = weighing.weigh(refused)
        short = _short_of_money(weighed, case.day)
        if not short:
            break
        refused |= short
    return weighed


def _could(one: InForce, known: Facts) -> bool | None:
    """True where a rule's conditions all hold, False where what is not known yet decides, None where none can."""
    answers = [[condition.holds(known) for condition in rule.conditions] for rule in one.compiled.rules]
    possible = [held for held in answers if False not in held]
    return any(None not in held for held in possible) if possible else None


def _asks(expression: Expression) -> bool:
    """Whether it asks about the place or the shop."""
    if isinstance(expression, Property):
        return expression.fact.name.startswith(ABOUT_THE_PLACE)
    return isinstance(expression, Operation) and any(_asks(arg) for arg in expression.args)


def _left(one: InForce, limits: Room) -> tuple[Left, ...]:
    return tuple(
        Left(unit=cap.unit, period=cap.period, per=cap.per, left=_left_of(one, cap, limits), limit=cap.limit)
        for cap in one.compiled.caps
        if cap.per in OWN
    )


def _used_up_by_others(possible: Iterable[InForce], limits: Room) -> dict[str, str]:
    return {
        one.code: str(Verdict.CAP_EXHAUSTED)
        for one in possible
        if any(cap.per not in OWN and _left_of(one, cap, limits) == 0 for cap in one.compiled.caps)
    }


def _left_of(one: InForce, cap: Cap, limits: Room) -> int:
    return limits.remaining.get((one.code, cap.code), cap.limit)


def _without_money(possible: Iterable[InForce], known: Facts, day: date) -> dict[str, str]:
    """Programmes that take money off, but whose funder has none left for it."""
    left = _budgets(day)
    reasons: dict[str, str] = {}
    for one in possible:
        if not any(rule.gives in COSTS for rule in one.compiled.rules):
            continue
        cents = left.get((one.code, _funder(one, known)))
        if not cents:
            reasons[one.code] = NO_BUDGET if cents is None else BUDGET_EXHAUSTED
    return reasons


def _short_of_money(weighed: Weighed, day: date) -> dict[str, str]:
    left, outcome = _budgets(day), weighed.outcome
    cents = outcome.cents_by_programme()
    for one in sorted(weighed.versions, key=lambda one: one.programme_id):  # the first, as the booking finds it
        has = left.get((one.code, outcome.funders.get(one.code, one.funder)))
        if cents.get(one.code, 0) > (has or 0):
            return {one.code: NO_BUDGET if has is None else BUDGET_EXHAUSTED}
    return {}


def _funder(one: InForce, known: Facts) -> str:
    paying = (
        funder.code
        for funder in one.compiled.funders
        if all(condition.holds(known) is True for condition in funder.conditions)
    )
    return next(paying, one.funder)


def _budgets(day: date) -> Mapping[tuple[str, str], int]:
    """Cents left by programme and funder."""
    budgets = Budget.objects.filter(period__contains=day).select_related("programme")
    return {(one.programme.code, one.funder): one.left_cents for one in budgets}


class _Teller:
    """Names and sentences of programmes in one language."""

    def __init__(self, language: str, versions: Iterable[InForce]) -> None:
        self.language, self.names = language, names(language)
        codes = [one.code for one in versions]
        self.programmes = {one.code: one for one in Programme.objects.filter(code__in=codes)}

    def sentences(self, one: InForce) -> tuple[str, ...]:
        """Without who pays: that is between the city and its neighbours."""
        return tuple(describe(replace(one.compiled, funders=()), language=self.language, names=self.names))

    def offer(self, one: InForce) -> Offer:
        programme = self.programmes[one.code]
        return Offer(
            name=getattr(programme, f"name_{self.language}") or programme.name,
            legal_basis=programme.legal_basis,
            sentences=self.sentences(one),
        )

    def entitlement(self, one: InForce, certain: bool, *, left: tuple[Left, ...], withheld: str) -> Entitlement:
        programme = self.programmes[one.code]
        return Entitlement(
            programme=one.code,
            name=getattr(programme, f"name_{self.language}") or programme.name,
            legal_basis=programme.legal_basis,
            sentences=self.sentences(one),
            certain=certain,
            of_the_place=any(
                _asks(condition.expression) for rule in one.compiled.rules for condition in rule.conditions
            ),
            left=left,
            withheld=withheld,
        )
