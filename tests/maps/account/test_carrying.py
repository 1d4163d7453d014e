"""Whatever one card has goes into the other, or the joining is refused and says why; parted, all is as it was."""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_platform.core import clock
from gis_platform.residents import belongings, consents
from gis_platform.residents.errors import JoinRefused
from gis_platform.residents.models import (
    Consent,
    Group,
    Household,
    HouseholdMember,
    Join,
    Mandate,
    Membership,
    Residence,
    Resident,
)
from gis_platform.residents.privacy import erasing
from gis_platform.residents.privacy.rules import references
from gis_platform.residents.services import mint_means
from maps.account import carrying
from rules.benefits.models import Usage, Voucher
from rules.loyalty import points
from rules.loyalty.models import TicketOrder
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.buyers import Buyer
from tests.people import a_resident
from tests.rules.benefits.issuing import a_voucher
from tests.rules.benefits.programmes import a_budget, a_programme
from tests.rules.loyalty.tickets.concerts import a_talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
DAY = date(2026, 1, 1)


@pytest.fixture
def kept() -> Resident:
    return a_resident()


@pytest.fixture
def joined() -> Resident:
    return a_resident()


def days(first: int, last: int | None) -> DateRange:
    """From that day of the year up to, not including, the other."""
    return DateRange(DAY + timedelta(first), None if last is None else DAY + timedelta(last))


def join(kept: Resident, joined: Resident):
    return carrying.join(kept, joined, actor="user:1")


def everything() -> Counter:
    """How many rows each resident has of each kind."""
    return Counter(
        (model._meta.label, field, key)
        for model, field in belongings._going()
        for key in model._base_manager.exclude(**{field: None}).values_list(field, flat=True)
    )


def test_tickets_vouchers_points_cards_consents_and_groups_go_with_it(kept, joined):
    budgeted = a_programme("meals")
    a_budget(budgeted)
    voucher = a_voucher(budgeted, holder=f"resident:{joined.handle}")
    order = booking.order(a_talk(), Buyer.of(joined.user), {"free": 1})
    points.earn(joined.handle, 7, kind="quest", reference="1")
    card, _token = mint_means(joined, kind="qr", actor="user:1")
    consents.give(joined, "city-news")
    group = Group.objects.create(code="choir", name_en="Choir")
    Membership.objects.create(resident=joined, group=group, period=days(0, None))
    ward = a_resident()
    Mandate.objects.create(holder=joined, ward=ward, kind="escort", period=days(0, None), asked_by=ward)
    join(kept, joined)
    holder = f"resident:{kept.handle}"
    assert Voucher.objects.get(pk=voucher.pk).holder == holder
    assert TicketOrder.objects.get(pk=order.pk).holder == holder
    assert points.held(kept.handle).points == 7
    assert kept.means.get() == card
    assert kept.consents.get().purpose == "city-news"
    assert kept.memberships.get().group == group
    assert kept.mandates_held.get().ward == ward


def test_parting_gives_tickets_vouchers_and_cards_back(kept, joined):
    order = booking.order(a_talk(), Buyer.of(joined.user), {"free": 1})
    mint_means(joined, kind="qr", actor="user:1")
    carrying.undo(join(kept, joined), actor="user:2")
    assert TicketOrder.objects.get(pk=order.pk).holder == f"resident:{joined.handle}"
    assert (kept.means.count(), joined.means.count()) == (0, 1)


def test_what_was_used_of_a_benefit_counts_together(kept, joined):
    """3 and 2 of the same cap are 5 of it; parted, each has its own again."""
    programme = a_programme("trips")
    for one, used in ((kept, 3), (joined, 2)):
        holder = f"resident:{one.handle}"
        Usage.objects.create(holder=holder, programme=programme, code="month", period_start=DAY, used=used)
    done = join(kept, joined)
    assert Usage.objects.get(holder=f"resident:{kept.handle}").used == 5
    done.refresh_from_db()
    carrying.undo(done, actor="user:2")
    assert [one.used for one in Usage.objects.order_by("-used")] == [3, 2]


def test_a_consent_that_both_gave_is_one(kept, joined):
    consents.give(kept, "city-news")
    consents.give(joined, "city-news")
    consents.give(joined, "statistics")
    consents.withdraw(joined, "statistics")
    join(kept, joined)
    assert Counter(kept.consents.values_list("purpose", flat=True)) == {"city-news": 1, "statistics": 1}
    assert Consent.objects.get(purpose="statistics").withdrawn_at


def test_days_in_a_group_add_up(kept, joined):
    """The kept card has days 10 to 20, the joined one 5 to 30: 5 to 10 and 20 to 30 are written anew."""
    group = Group.objects.create(code="choir", name_en="Choir")
    Membership.objects.create(resident=kept, group=group, period=days(10, 20))
    Membership.objects.create(resident=joined, group=group, period=days(5, 30), evidence="list of May")
    done = join(kept, joined)
    found = kept.memberships.order_by("period").values_list("period", "evidence")
    assert list(found) == [(days(5, 10), "list of May"), (days(10, 20), ""), (days(20, 30), "list of May")]
    carrying.undo(done, actor="user:2")
    assert kept.memberships.get().period == days(10, 20)
    assert joined.memberships.get().period == days(5, 30)


def test_two_homes_in_the_same_days_stand_in_the_way(kept, joined):
    Residence.objects.create(resident=kept, period=days(0, None), district="C", source="register")
    Residence.objects.create(resident=joined, period=days(5, None), district="N", source="declared")
    with pytest.raises(JoinRefused, match="residences"):
        join(kept, joined)
    assert joined.residences.count() == 1


def test_two_households_in_the_same_days_stand_in_the_way(kept, joined):
    for one in (kept, joined):
        HouseholdMember.objects.create(household=Household.objects.create(), resident=one, period=days(0, None))
    with pytest.raises(JoinRefused, match="members of households"):
        join(kept, joined)


def test_a_household_goes_to_who_has_none(kept, joined):
    own = HouseholdMember.objects.create(household=Household.objects.create(), resident=joined, period=days(0, None))
    join(kept, joined)
    assert kept.households.get() == own


def test_who_is_mandated_for_the_other_is_another_person(kept, joined):
    Mandate.objects.create(holder=kept, ward=joined, kind="escort", period=days(0, None), asked_by=kept)
    with pytest.raises(JoinRefused, match="guardians and escorts"):
        join(kept, joined)


@pytest.mark.parametrize("which", [0, 1])
def test_who_asked_to_be_erased_is_not_joined(kept, joined, which):
    erasing.ask((kept, joined)[which], actor="user:1")
    with pytest.raises(JoinRefused, match="erasure"):
        join(kept, joined)


def test_a_chain_is_parted_from_its_end(kept, joined):
    first = join(joined, a_resident())
    second = join(kept, joined)
    with pytest.raises(JoinRefused, match="third"):
        carrying.undo(first, actor="user:2")
    carrying.undo(second, actor="user:2")
    carrying.undo(first, actor="user:2")


# --- Any two cards ---------------------------------------------------------------------------------------------------

PERIODS = st.tuples(st.integers(0, 8), st.integers(1, 8)).map(lambda one: (one[0], one[0] + one[1]))
CARDS = st.fixed_dictionaries(
    {
        "groups": st.lists(st.tuples(st.sampled_from("ab"), PERIODS), max_size=3),
        "homes": st.lists(st.tuples(st.sampled_from("CN"), PERIODS), max_size=2),
        "households": st.lists(PERIODS, max_size=1),
        "mandates": st.lists(PERIODS, max_size=1),
        "consents": st.lists(st.tuples(st.sampled_from(["city-news", "statistics"]), st.booleans()), max_size=3),
        "points": st.integers(0, 3),
    }
)
NO_ROLLBACK_BETWEEN = [HealthCheck.function_scoped_fixture]


def fill(one: Resident, card: dict, groups: dict[str, Group], ward: Resident) -> None:
    """As far as one person can have it."""
    for code, period in card["groups"]:
        write(Membership(resident=one, group=groups[code], period=days(*period)))
    for district, period in card["homes"]:
        write(Residence(resident=one, district=district, period=days(*period), source="register"))
    for period in card["households"]:
        write(HouseholdMember(resident=one, household=Household.objects.create(), period=days(*period)))
    for period in card["mandates"]:
        write(Mandate(holder=one, ward=ward, kind="escort", period=days(*period), asked_by=ward))
    for purpose, over in card["consents"]:
        now = clock.now()
        write(Consent(resident=one, purpose=purpose, given_at=now, withdrawn_at=now if over else None))
    if card["points"]:
        points.earn(one.handle, card["points"], kind="quest", reference=f"{one.pk}")


def write(row) -> None:
    with suppress(IntegrityError), transaction.atomic():  # what the database refuses is not there
        row.save()


def truths(*people: Resident) -> set:
    """What holds of these people together, day by day."""
    found = set()
    for one in people:
        for model, what in ((Membership, "group"), (Residence, "district"), (HouseholdMember, "household")):
            for period, value in model.objects.filter(resident=one).values_list("period", what):
                length = (period.upper - period.lower).days
                found |= {(what, value, period.lower + timedelta(day)) for day in range(length)}
        found |= {("consent", *pair) for pair in one.consents.values_list("purpose", "withdrawn_at")}
        held = one.mandates_held.values_list("period", flat=True)
        found |= {("mandate", period.lower, period.upper) for period in held}
    return found


def join_or_not(kept: Resident, joined: Resident) -> tuple[Join | None, str]:
    try:
        with transaction.atomic():
            return join(kept, joined), ""
    except JoinRefused as refused:
        return None, str(refused)


def try_two(kept_card: dict, joined_card: dict) -> None:
    kept, joined, ward = a_resident(), a_resident(), a_resident()
    groups = {code: Group.objects.create(code=code, name_en=code) for code in "ab"}
    fill(kept, kept_card, groups, ward)
    fill(joined, joined_card, groups, ward)
    before, rows = truths(kept, joined), everything()
    own = truths(kept), truths(joined)
    done, refusal = join_or_not(kept, joined)
    if done is None:
        assert "“" in refusal, "the refusal names nothing"
        assert everything() == rows
        return
    assert truths(kept) == before, "something was lost"
    assert points.held(kept.handle).points == kept_card["points"] + joined_card["points"]
    done.refresh_from_db()
    carrying.undo(done, actor="user:2")
    assert (truths(kept), truths(joined)) == own
    assert everything() == rows


@settings(max_examples=25, deadline=None, suppress_health_check=NO_ROLLBACK_BETWEEN)
@given(kept_card=CARDS, joined_card=CARDS)
def test_nothing_is_lost_or_the_joining_is_refused(kept_card, joined_card):
    with transaction.atomic():
        try_two(kept_card, joined_card)
        transaction.set_rollback(True)


def test_the_twin_that_forgets_the_other_days_is_caught(monkeypatch):
    monkeypatch.setattr(belongings, "_write_other_days", lambda model, kept, keys: [])
    nothing = {"groups": [], "homes": [], "households": [], "mandates": [], "consents": [], "points": 0}
    with pytest.raises(AssertionError, match="lost"):
        try_two(nothing | {"groups": [("a", (2, 4))]}, nothing | {"groups": [("a", (1, 6))]})


def test_every_reference_to_a_resident_goes_or_stays_by_name():
    """A model that refers to residents needs no word here: it goes over unless it is named as staying."""
    going = {(model._meta.label, field) for model, field in belongings._going()}
    assert going | belongings.STAYING == set(references())
    assert set(references()) >= belongings.STAYING
