"""What a resident is told before shopping is what the till then grants."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.identity.roles import Role
from gis_platform.residents.models import Group, Household, HouseholdMember, Membership
from layers.merchants.models import Merchant, MerchantGroup, MerchantMembership
from rules.benefits import overrides, services
from rules.benefits.entitlements import case_here, entitlements, quote
from rules.benefits.examples import worked_programmes
from rules.benefits.models import Budget, Decision
from rules.engine.receipt import Line
from tests.people import LIBRARY, a_place, a_resident, a_user
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force, worked

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)  # a Tuesday, noon in Jelgava
GOODS = {
    "bus-ticket": 150,
    "school-meal": 280,
    "hobby-club": 2_400,
    "pool-ticket": 600,
    "library-copy": 25,
    "book": 900,
}


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(NOON):
        yield


def member_of(resident, code):
    group, _ = Group.objects.get_or_create(code=code, defaults={"name_en": code.capitalize() + "s"})
    Membership.objects.create(resident=resident, group=group, period=DateRange(date(2026, 1, 1), None))
    return resident


@pytest.fixture
def pupil():
    return member_of(a_resident(birth_date=date(2014, 3, 1)), "pupil")


def told(resident, **where):
    return {one.programme: one for one in entitlements(case_here(resident, **where), language="en")}


def bought(resident, category="bus-ticket", cents=85, quantity=1, *, key="1", **where):
    line = Line(id="1", category=category, amount_cents=cents * quantity, quantity=quantity)
    return services.decide(replace(case_here(resident, lines=[line], **where), merchant="merchant:1"), key=key)


class TestWhatCouldApply:
    def test_what_does_not_fit_the_person_is_left_out(self, pupil):
        worked("pupils-free-trips")
        worked("pensioners-free-trips")
        assert set(told(pupil)) == {"pupils-free-trips"}
        assert set(told(a_resident(user=None))) == set()

    def test_it_says_it_in_words_with_its_act_and_what_is_left(self, pupil):
        worked("pupils-free-trips")
        (one,) = told(pupil).values()
        assert one.name == "Free trips for pupils"
        assert one.legal_basis.endswith("25-31, 2025-12-18")
        assert "pupil" in one.sentences[0].lower()
        (left,) = one.left
        assert (left.unit, left.period, left.per, left.left, left.limit) == ("units", "day", "person", 4, 4)
        assert one.certain

    def test_what_is_not_known_yet_does_not_rule_it_out(self, pupil):
        worked("school-meals")
        worked("museum-half-price")
        here = told(pupil)
        assert {code: one.certain for code, one in here.items()} == {"school-meals": False, "museum-half-price": False}

    def test_a_shop_that_does_not_fit_rules_it_out_and_one_that_fits_makes_it_certain(self, pupil):
        worked("school-meals")
        canteen, cafe = (Merchant.objects.create(code=code, category="catering", geometry=LIBRARY) for code in "ab")
        group = MerchantGroup.objects.create(code="school-canteens")
        MerchantMembership.objects.create(merchant=canteen, group=group, period=DateRange(date(2026, 1, 1), None))
        assert told(pupil, merchant=cafe) == {}
        assert told(pupil, merchant=canteen)["school-meals"].certain

    def test_a_receipt_of_a_certain_size_could_still_come(self, pupil):
        big = {"op": ">=", "args": [{"property": "receipt.total"}, 2_000]}
        put_in_force(a_programme("big"), definition(when=big))
        assert told(pupil)["big"].certain is False

    def test_events_that_are_no_receipt_are_another_matter(self, pupil):
        worked("birthday")
        assert told(pupil) == {}


class TestWhatIsLeft:
    def test_each_trip_leaves_one_less_until_none_is_left(self, pupil):
        worked("pupils-free-trips")
        for expected in (4, 3, 2, 1, 0):
            one = told(pupil)["pupils-free-trips"]
            assert (one.left[0].left, one.open) == (expected, expected > 0)
            answer = bought(pupil, key=str(expected))
            assert answer.discount_cents == (85 if expected else 0)

    def test_what_is_said_to_be_left_is_what_a_till_grants_at_once(self, pupil):
        worked("pupils-free-trips")
        bought(pupil, key="before")
        left = told(pupil)["pupils-free-trips"].left[0].left
        assert bought(pupil, quantity=10, key="all").discount_cents == left * 85 == 3 * 85

    def test_a_family_shares_one_limit(self):
        worked("large-families")
        household = Household.objects.create()
        parents = [member_of(a_resident(user=None), "large-family") for _ in range(2)]
        for one in parents:
            HouseholdMember.objects.create(household=household, resident=one, period=DateRange(date(2026, 1, 1), None))
        bought(parents[0], "pool-ticket", 600, 5)  # half of 30.00
        assert told(parents[1])["large-families"].left[0].left == 2_000 - 1_500

    def test_a_programme_without_money_is_named_as_such(self, pupil):
        programme = a_programme("trips")
        put_in_force(programme)
        assert told(pupil)["trips"].withheld == "no-budget"
        a_budget(programme, 85)
        assert told(pupil)["trips"].open
        bought(pupil)
        assert (told(pupil)["trips"].withheld, told(pupil)["trips"].open) == ("budget-exhausted", False)

    def test_how_much_the_city_or_a_shop_may_still_give_is_nobodys_business(self, pupil):
        cap = {"code": "all", "per": "programme", "period": "day", "unit": "units", "limit": 1}
        programme = a_programme("trips")
        put_in_force(programme, definition(caps=[cap]))
        a_budget(programme)
        assert told(pupil)["trips"].left == ()
        bought(a_resident(user=None))
        assert told(pupil)["trips"].withheld == "cap-exhausted"

    def test_a_suspension_is_named_and_its_exception_is_free_of_it(self, pupil):
        worked("pupils-free-trips")
        worked("card-fare")
        is_pupil = {"op": "a_contains", "args": [{"property": "resident.groups"}, ["pupil"]]}
        values = {"legal_act": "Order", "legal_number": "1", "legal_date": date(2026, 8, 20)}
        values |= {"first_day": date(2026, 9, 1), "end_day": date(2026, 12, 1)}
        values |= {"exceptions": [{"when": is_pupil, "end_day": date(2026, 9, 1)}]}
        draft = overrides.draft(values, author=a_user(Role.CLERK))
        overrides.approve(draft.pk, approver=a_user(Role.CLERK))
        assert told(pupil)["pupils-free-trips"].open
        assert told(a_resident(user=None))["card-fare"].withheld == f"suspended-{draft.pk}"

    def test_what_gives_something_now_comes_first(self, pupil):
        put_in_force(a_programme("a-broke"))
        worked("pupils-free-trips")
        assert [one.programme for one in entitlements(case_here(pupil))] == ["pupils-free-trips", "a-broke"]


class TestQuote:
    @pytest.mark.parametrize("seed", range(6))
    def test_a_quote_is_what_the_till_then_grants(self, seed, pupil):
        """Random receipts, one after the other, until caps and budgets run out: always to the cent, line by line."""
        chance = random.Random(seed)
        for one in worked_programmes():
            worked(one.code, limit_cents=chance.choice([100, 900, 5_000]))
        people = [
            pupil,
            member_of(a_resident(user=None), "large-family"),
            member_of(a_resident(user=None), "pensioner"),
        ]
        places = [{}, {"place": a_place()}]
        outcomes = []
        for number in range(25):
            lines = [
                Line(id=str(place), category=category, amount_cents=GOODS[category] * units, quantity=units)
                for place, category in enumerate(chance.choices(sorted(GOODS), k=chance.randint(1, 4)))
                if (units := chance.randint(1, 4))
            ]
            case = replace(
                case_here(chance.choice(people), **chance.choice(places), lines=lines), merchant="merchant:1"
            )
            expected = quote(case).outcome
            answer = services.decide(case, key=str(number))
            assert {line: cents for line, cents in answer.cents_by_line.items() if cents} == expected.cents_by_line()
            assert (answer.discount_cents, answer.points) == (expected.total_cents, expected.total_points)
            outcomes.append(answer.discount_cents)
        assert 0 in outcomes
        assert max(outcomes) > 0

    def test_it_books_nothing(self, pupil):
        worked("pupils-free-trips")
        line = Line(id="1", category="bus-ticket", amount_cents=85)
        assert quote(case_here(pupil, lines=[line])).outcome.total_cents == 85
        assert not Decision.objects.exists()
        assert Budget.objects.get().used_cents == 0
        assert told(pupil)["pupils-free-trips"].left[0].left == 4

    def test_the_check_catches_a_quote_that_forgets_what_was_used(self, pupil):
        """The broken twin: a quote without the limits would promise a fifth free trip."""
        worked("pupils-free-trips")
        bought(pupil, quantity=4)
        line = Line(id="1", category="bus-ticket", amount_cents=85)
        forgetful = replace(case_here(pupil, lines=[line]), at=NOON + timedelta(days=1))
        assert quote(forgetful).outcome.total_cents == 85
        assert quote(case_here(pupil, lines=[line])).outcome.total_cents == 0
