from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point

from gis_platform.core import clock
from gis_platform.core.idempotency import KeyReused
from gis_platform.core.models import AuditEntry, OutboxEntry
from gis_platform.core.outbox import run as deliver
from gis_platform.residents.models import Group, Membership
from rules.benefits import services
from rules.benefits.answers import Left
from rules.benefits.errors import AlreadyVoided, CaseRefused
from rules.benefits.explaining import in_words
from rules.benefits.facts import ResidentFacts
from rules.benefits.models import Budget, Decision, Usage
from rules.engine.receipt import Line
from rules.ledger.models import Entry
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from tests.people import a_place, a_resident
from tests.rules.benefits.programmes import (
    MERCHANT,
    NOON,
    a_budget,
    a_case,
    a_programme,
    put_in_force,
    worked,
)

pytestmark = pytest.mark.django_db


def owed(kind: str, holder: str, *, unit: str = "cents", funder: str = "") -> int:
    return balance(AccountKey(kind=kind, holder=holder, unit=unit, funder=funder))


def test_a_grant_is_explained_booked_and_promised():
    worked("pupils-free-trips")
    answer = services.decide(a_case(groups=("pupil",)), key="k1")
    decision = Decision.objects.get(pk=answer.decision)
    assert (answer.discount_cents, answer.cents_by_line, answer.reason) == (85, {"1": 85}, "granted")
    assert (owed("merchant", MERCHANT), owed("programme", "pupils-free-trips", funder="city")) == (85, -85)
    assert Budget.objects.get().used_cents == 85
    assert Usage.objects.get().used == 1
    assert in_words(decision, language="en") == ["Free trips for pupils: granted €0.85."]
    assert OutboxEntry.objects.get().payload == {"decision_id": answer.decision}


def test_what_is_not_granted_is_kept_and_explained_but_not_booked():
    worked("pupils-free-trips")
    answer = services.decide(a_case(), key="k1")
    decision = Decision.objects.get(pk=answer.decision)
    assert (answer.discount_cents, answer.reason, decision.entry) == (0, "not-matched", None)
    assert in_words(decision, language="lv") == [
        "Skolēnu bezmaksas braucieni: nav piešķirts: grupas: – (jābūt ar visiem: pupil)."
    ]
    assert not Entry.objects.exists()


def test_the_same_key_gives_the_same_answer_and_books_once():
    worked("pupils-free-trips")
    first = services.decide(a_case(groups=("pupil",)), key="k1")
    # The retry comes after midnight, when other facts hold; the request is the same.
    again = services.decide(a_case(groups=("pupil",), at=NOON + timedelta(days=1)), key="k1")
    assert again == first
    assert (Decision.objects.count(), owed("merchant", MERCHANT)) == (1, 85)


def test_the_same_key_with_another_receipt_is_refused():
    worked("pupils-free-trips")
    services.decide(a_case(groups=("pupil",)), key="k1")
    with pytest.raises(KeyReused):
        services.decide(a_case(groups=("pupil",), quantity=2), key="k1")
    assert owed("merchant", MERCHANT) == 85


def test_the_fifth_trip_of_a_local_day_is_paid_and_the_next_day_begins_anew():
    worked("pupils-free-trips")
    late = datetime(2026, 9, 1, 20, 30, tzinfo=UTC)  # 23:30 in Jelgava
    given = [services.decide(a_case(groups=("pupil",), at=late), key=f"k{n}").discount_cents for n in range(5)]
    assert given == [85, 85, 85, 85, 0]
    after_midnight = late + timedelta(hours=1)  # still 1 September in UTC
    assert services.decide(a_case(groups=("pupil",), at=after_midnight), key="next").discount_cents == 85


def test_a_month_counts_by_the_local_calendar():
    worked("pensioners-free-trips")
    given = services.decide(a_case(groups=("pensioner",), quantity=25), key="k1")
    assert (given.discount_cents, given.remaining) == (20 * 85, [Left(unit="units", period="month", left=0)])
    assert services.decide(a_case(groups=("pensioner",)), key="k2").discount_cents == 0
    october = datetime(2026, 9, 30, 21, 0, tzinfo=UTC)  # midnight in Jelgava
    assert services.decide(a_case(groups=("pensioner",), at=october), key="k3").discount_cents == 85


def test_money_needs_a_budget():
    put_in_force(a_programme())
    answer = services.decide(a_case(), key="k1")
    assert (answer.discount_cents, answer.reason) == (0, "no-budget")
    assert in_words(Decision.objects.get()) == ["Trips: not granted: the programme has no budget at this time."]


def test_a_used_up_budget_lets_the_next_programme_in():
    worked("pupils-free-trips", limit_cents=100)
    worked("card-fare")
    line = Line(id="1", category="bus-ticket", amount_cents=150)
    answer = services.decide(a_case(groups=("pupil",), lines=(line,)), key="k1")
    assert answer.discount_cents == 65  # 1.50 down to the card's fare of 0.85
    assert Usage.objects.count() == 0  # the refused programme's cap was given back with its savepoint


def test_a_visit_to_the_castle_gives_points_once_a_day():
    worked("castle-visit")
    resident = a_resident()
    castle = a_place(name_en="Castle", category="culture", geometry=Point(23.7332, 56.6557, srid=4326))
    first = services.grant_for_check_in(resident, castle, NOON)
    assert (first.points, first.discount_cents) == (50, 0)
    assert services.grant_for_check_in(resident, castle, NOON) == first
    assert services.grant_for_check_in(resident, castle, NOON + timedelta(hours=2)).points == 0
    assert owed("resident", str(resident.handle), unit="points") == 50


def test_a_check_in_inside_the_museums_zone_halves_the_ticket():
    worked("museum-half-price")
    resident = a_resident()
    museum = a_place(name_en="Museum", category="culture", geometry=Point(23.7267, 56.6508, srid=4326))
    ticket = Line(id="1", category="museum-ticket", amount_cents=355)
    case = a_case(str(resident.handle), lines=(ticket,))
    assert services.decide(case, key="before").discount_cents == 0
    services.grant_for_check_in(resident, museum, NOON - timedelta(hours=1))
    assert services.decide(case, key="after").discount_cents == 178  # half of 3.55 is 1.775


def test_groups_count_on_the_day_of_the_case():
    worked("pupils-free-trips")
    resident = a_resident()
    group = Group.objects.create(code="pupil")
    Membership.objects.create(resident=resident, group=group, period=(date(2026, 9, 1), date(2026, 9, 2)))
    on_the_day = ResidentFacts.of(resident, on=date(2026, 9, 1))
    the_day_after = ResidentFacts.of(resident, on=date(2026, 9, 2))
    assert (on_the_day.groups, the_day_after.groups) == (frozenset({"pupil"}), frozenset())


def test_a_void_decision_brings_everything_back():
    worked("pupils-free-trips")
    answer = services.decide(a_case(groups=("pupil",)), key="k1")
    services.void(answer.decision, key="v1", actor="user:1")
    assert (owed("merchant", MERCHANT), Budget.objects.get().used_cents, Usage.objects.get().used) == (0, 0, 0)
    services.void(answer.decision, key="v1", actor="user:1")
    with pytest.raises(AlreadyVoided):
        services.void(answer.decision, key="v2", actor="user:1")


@pytest.mark.parametrize(
    "lines",
    [
        (Line(id="1", category="x", amount_cents=5), Line(id="1", category="x", amount_cents=5)),
        (Line(id="1", category="x", amount_cents=-5),),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_and_nothing_is_kept(lines):
    worked("pupils-free-trips")
    with pytest.raises(CaseRefused) as refused:
        services.decide(a_case(lines=lines), key="k1")
    assert next(iter(refused.value.fields)).startswith("lines.1")
    assert not Decision.objects.exists()


def test_the_stored_facts_hold_no_name_and_no_date_of_birth():
    worked("pupils-free-trips")
    answer = services.decide(a_case(groups=("pupil",)), key="k1")
    facts = Decision.objects.get(pk=answer.decision).facts
    assert facts["resident.age"] == 12  # born on 1 March 2014
    assert "2014" not in str(facts)


def test_a_budget_that_is_nearly_used_up_is_put_on_record_once():
    programme = a_programme()
    put_in_force(programme)
    a_budget(programme, 180)
    for key in ("k1", "k2"):
        services.decide(a_case(), key=key)
    for entry in OutboxEntry.objects.all():
        assert deliver(entry.pk)
    with clock.frozen(NOON):
        assert AuditEntry.objects.filter(action="benefits.budget-nearly-used-up").count() == 1
