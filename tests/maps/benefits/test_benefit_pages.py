"""What a resident sees of their benefits, what a stranger sees, and that nobody sees somebody else's."""

import csv
import io
from datetime import date
from html import unescape

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.identity.roles import Role
from gis_platform.residents.models import Group, Membership
from layers.merchants.models import Merchant, MerchantGroup, MerchantMembership
from rules.benefits import overrides, services
from rules.benefits.entitlements import case_here
from rules.engine.receipt import Line
from tests.people import LIBRARY, a_place, a_resident, a_user
from tests.rules.benefits.issuing import a_voucher
from tests.rules.benefits.programmes import NOON, a_budget, a_programme, put_in_force, worked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def shop():
    shop = Merchant.objects.create(code="M-1", category="catering", name_en="Canteen", geometry=LIBRARY)
    group = MerchantGroup.objects.create(code="school-canteens", name_en="School canteens")
    MerchantMembership.objects.create(merchant=shop, group=group, period=DateRange(date(2026, 1, 1), None))
    return shop


@pytest.fixture
def anna(client):
    anna = a_resident(birth_date=date(2014, 3, 1))
    group = Group.objects.create(code="pupil", name_en="Pupils")
    Membership.objects.create(resident=anna, group=group, period=DateRange(date(2026, 1, 1), None))
    client.force_login(anna.user)
    return anna


def seen(client, path="/benefits/"):
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def ride(anna, shop, *, key="1", category="bus-ticket"):
    line = Line(id="1", category=category, amount_cents=150)
    return services.decide(case_here(anna, merchant=shop, lines=[line]), key=key)


class TestStranger:
    def test_somebody_who_is_not_signed_in_reads_what_the_city_offers(self, client):
        worked("pupils-free-trips")
        page = seen(client)
        assert "Free trips for pupils" in page
        assert "/sign-in/?next=/benefits/" in page
        assert "Left today" not in page

    def test_without_programmes_it_says_so(self, client):
        assert "There are no programmes at this time." in seen(client)

    def test_an_account_without_a_resident_is_told_what_to_do(self, client):
        client.force_login(a_user(Role.CLERK))
        assert "Register as a resident" in seen(client)

    def test_the_history_is_behind_the_sign_in(self, client):
        for path in ("/benefits/history/", "/benefits/history.csv"):
            assert client.get(path)["Location"] == f"/sign-in/?next={path}"


class TestMine:
    def test_it_says_what_is_left_after_each_trip(self, client, anna, shop):
        worked("pupils-free-trips")
        assert "Left today: 4 of 4" in seen(client)
        ride(anna, shop)
        assert "Left today: 3 of 4" in seen(client)

    def test_a_limit_of_money_is_told_as_money_and_of_a_family_as_the_familys(self, client, anna):
        Membership.objects.create(
            resident=anna, group=Group.objects.create(code="large-family"), period=DateRange(date(2026, 1, 1), None)
        )
        worked("large-families")
        assert "Left this month: €20.00 of €20.00, for your household together" in seen(client)

    def test_what_is_used_up_or_suspended_stands_apart_with_its_reason(self, client, anna, shop):
        worked("pupils-free-trips")
        for number in range(4):
            ride(anna, shop, key=str(number))
        page = seen(client)
        assert page.index("Nothing applies to you just now.") < page.index("You have used all of it for now")

    def test_a_suspension_is_named_by_its_act(self, client, anna):
        worked("pupils-free-trips")
        values = {"legal_act": "Order of the council", "legal_number": "77", "legal_date": date(2026, 8, 20)}
        values |= {"first_day": date(2026, 9, 1), "end_day": date(2026, 12, 1)}
        draft = overrides.draft(values, author=a_user(Role.CLERK))
        overrides.approve(draft.pk, approver=a_user(Role.CLERK))
        assert "Suspended by Order of the council 77" in seen(client)

    def test_at_a_shop_what_is_given_there_comes_first(self, client, anna, shop):
        worked("pupils-free-trips")
        worked("school-meals")
        page = seen(client, f"/benefits/?at=merchants/{shop.pk}")
        assert "What am I entitled to at Canteen?" in page
        order = ["Yours here", "School meals", "Yours wherever it is sold", "Free trips for pupils"]
        assert [page.index(text) for text in order] == sorted(page.index(text) for text in order)

    @pytest.mark.parametrize("at", ["places/1", "nowhere", "streets/1", "<script>", "merchants/99999999999999999999"])
    def test_a_place_that_is_not_there_is_taken_for_everywhere(self, client, anna, at):
        assert "What am I entitled to?" in seen(client, f"/benefits/?at={at}")

    def test_vouchers_are_shown_while_they_are_good(self, client, anna):
        programme = a_programme("meals", name_en="Meals")
        a_budget(programme)
        voucher = a_voucher(programme, 300, holder=f"resident:{anna.handle}")
        assert "€3.00" in seen(client)
        with clock.frozen(voucher.expires_at):
            assert "€3.00" not in seen(client)

    @pytest.mark.parametrize(
        ("language", "name"), [("lv", "Skolēnu bezmaksas braucieni"), ("lt", "Nemokamos mokinių kelionės")]
    )
    def test_programmes_are_told_in_the_readers_language(self, client, anna, language, name):
        worked("pupils-free-trips")
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        assert name in seen(client)

    def test_a_place_and_a_shop_lead_here(self, client, shop):
        for path in (f"places/{a_place().pk}", f"merchants/{shop.pk}"):
            assert f"/benefits/?at={path}" in seen(client, f"/places/{path}/")


class TestHistory:
    def test_each_decision_has_its_reasons(self, client, anna, shop):
        worked("pupils-free-trips")
        worked("pensioners-free-trips")
        ride(anna, shop)
        page = seen(client, "/benefits/history/")
        assert "Receipt · Canteen" in page
        assert "€1.50" in page
        granted, passed_over = page.index("Free trips for pupils"), page.index("Free trips for pensioners")
        assert granted < page.index("What did not apply") < passed_over

    def test_a_suspended_programme_names_the_act(self, client, anna, shop):
        worked("pupils-free-trips")
        values = {"legal_act": "Order of the council", "legal_number": "77", "legal_date": date(2026, 8, 20)}
        values |= {"first_day": date(2026, 9, 1), "end_day": date(2026, 12, 1)}
        draft = overrides.draft(values, author=a_user(Role.CLERK))
        overrides.approve(draft.pk, approver=a_user(Role.CLERK))
        ride(anna, shop)
        assert "suspended by Order of the council 77, 2026-08-20" in seen(client, "/benefits/history/")

    def test_a_receipt_without_any_benefit_says_so(self, client, anna, shop):
        worked("pupils-free-trips")
        ride(anna, shop, category="coffee")
        assert "None of the programmes had anything to do with it." in seen(client, "/benefits/history/")

    def test_an_empty_one_says_so(self, client, anna):
        assert "Nothing has been decided for you yet." in seen(client, "/benefits/history/")

    def test_nobody_sees_somebody_elses(self, client, anna, shop):
        worked("pupils-free-trips")
        ride(anna, shop)
        client.force_login(a_resident().user)
        assert "Nothing has been decided for you yet." in seen(client, "/benefits/history/")
        client.force_login(a_user(Role.CLERK))
        assert client.get("/benefits/history/").status_code == 403

    def test_it_goes_on_over_pages(self, client, anna, shop):
        worked("pupils-free-trips")
        for number in range(21):
            ride(anna, shop, key=str(number))
        assert 'rel="next"' in seen(client, "/benefits/history/")
        assert 'rel="prev"' in seen(client, "/benefits/history/?page=2")
        assert "2 / 2" in seen(client, "/benefits/history/?page=99")

    def test_the_table_has_every_decision_and_no_formula(self, client, anna, shop):
        put_in_force(programme := a_programme("sum", name_en="=SUM(A1)"))
        a_budget(programme)
        ride(anna, shop)
        response = client.get("/benefits/history.csv")
        head, row = csv.reader(io.StringIO(response.content.decode()))
        given = dict(zip(head, row, strict=True))
        assert (given["Discount, cents"], given["Points"], given["Place"]) == ("150", "0", "Canteen")
        assert given["Reasons"].startswith("'=SUM(A1)")
