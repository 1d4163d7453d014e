"""The profile page: the resident's own, with consents, mandates, export and erasure; nobody else's."""

import json
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from gis_platform.core import clock
from gis_platform.residents import consents, mandates
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Erasure, Group, Mandate, Membership
from tests.people import a_resident, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client):
    resident = a_resident()
    client.force_login(resident.user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return resident


@pytest.fixture
def child():
    return a_resident(given_name="Jānis", birth_date=clock.today().replace(day=1, year=clock.today().year - 8))


def request_of(other, side, **fields):
    values = {"given_name": other.given_name, "family_name": other.family_name, "birth_date": other.birth_date}
    return values | {"side": side} | fields


PAGES = ("profile", "profile-export", "profile-export-json")


class TestWhoMay:
    @pytest.mark.parametrize("page", PAGES)
    def test_somebody_without_an_account_signs_in_first(self, client, page):
        answer = client.get(reverse(page))
        assert answer.status_code == 302
        assert "sign-in" in answer["Location"]

    @pytest.mark.parametrize("page", PAGES)
    def test_an_account_of_nobody_is_refused(self, client, page):
        client.force_login(a_user("clerk"))
        assert client.get(reverse(page)).status_code == 403

    @pytest.mark.parametrize("page", PAGES)
    def test_one_sees_ones_own_alone(self, client, anna, page):
        a_resident(given_name="Kārlis", family_name="Svešais")
        text = client.get(reverse(page)).content.decode()
        assert "Bērziņa" in text
        assert "Svešais" not in text


class TestThePage:
    def test_it_tells_groups_looks_and_consents(self, client, anna):
        group = Group.objects.create(code="pensioner", name_en="Pensioner")
        Membership.objects.create(
            resident=anna, group=group, period=DateRange(date(2026, 1, 1), None), evidence="Order 7"
        )
        looked(anna, actor=a_user("clerk", is_staff=True).actor, what="profile", purpose="desk")
        text = client.get(reverse("profile")).content.decode()
        for words in ("Pensioner", "Order 7", "City staff", "at the desk", "News of the city"):
            assert words in text

    def test_a_consent_is_given_and_taken_back(self, client, anna):
        for act, held in (("give", True), ("withdraw", False)):
            client.post(reverse("profile-consent", args=["city-news"]), {"act": act})
            assert consents.given(anna, "city-news") is held
        assert client.post(reverse("profile-consent", args=["all-of-it"]), {"act": "give"}).status_code == 400

    def test_the_export_is_a_file_and_a_page(self, client, anna):
        consents.give(anna, "city-news")
        answer = client.get(reverse("profile-export-json"))
        assert "attachment" in answer["Content-Disposition"]
        assert json.loads(answer.content)["records"]["consents"][0]["purpose"] == "city-news"
        assert "city-news" in client.get(reverse("profile-export")).content.decode()

    def test_erasure_is_asked_for_and_taken_back(self, client, anna):
        client.post(reverse("profile-erasure"), {"act": "ask"})
        assert Erasure.objects.get().state == "asked"
        assert client.post(reverse("profile-erasure"), {"act": "ask"}).status_code == 409
        client.post(reverse("profile-erasure"), {"act": "take-back"})
        assert Erasure.objects.get().state == "taken-back"


class TestMandates:
    def test_one_asks_by_name_and_birthday_and_the_other_agrees(self, client, anna, child):
        client.post(reverse("profile-mandate-ask"), request_of(child, "guardian-of"))
        asked = Mandate.objects.get()
        assert (asked.holder, asked.ward, asked.agreed_at) == (anna, child, None)
        client.force_login(child.user)
        client.post(reverse("profile-mandate-answer", args=[asked.pk]), {"act": "agree"})
        assert mandates.wards_of(anna) == [child]

    def test_an_unknown_person_gets_the_same_answer_as_a_known_one(self, client, anna, child):
        said = []
        for fields in ({}, {"given_name": "Nobody"}):
            answer = client.post(reverse("profile-mandate-ask"), request_of(child, "escort-of", **fields), follow=True)
            said.append([str(message) for message in answer.context["messages"]])
        assert said[0] == said[1]
        assert Mandate.objects.count() == 1

    def test_an_adult_as_a_ward_tells_nothing_either(self, client, anna):
        other = a_resident(given_name="Kārlis")
        answer = client.post(reverse("profile-mandate-ask"), request_of(other, "guardian-of"))
        assert (answer.status_code, Mandate.objects.count()) == (302, 0)

    def test_a_stranger_answers_nothing(self, client, anna, child):
        other = a_resident()
        asked = mandates.between(other, child, "guardian", DateRange(clock.today(), None), asked_by=other)
        for act in ("agree", "end"):
            answer = client.post(reverse("profile-mandate-answer", args=[asked.pk]), {"act": act})
            assert answer.status_code == 404
        assert Mandate.objects.get().ended_at is None

    def test_a_form_without_a_date_is_shown_again(self, client, anna):
        answer = client.post(reverse("profile-mandate-ask"), {"side": "escort-of", "birth_date": "yesterday"})
        assert answer.status_code == 400
        assert "field-error" in answer.content.decode()


class TestActingForAChild:
    def see(self, client, handle):
        return client.get(reverse("benefits"), {"for": handle})

    def test_a_guardian_sees_the_childs_benefits_and_the_child_sees_that(self, client, anna, child):
        mandates.enter(
            anna, child, "guardian", DateRange(clock.today(), None), document="Birth certificate", actor="user:1"
        )
        assert "you look as the guardian" in self.see(client, child.handle).content.decode()
        assert child.looks.get().purpose == "guardian"

    def test_nobody_else_does(self, client, anna, child):
        for handle in (child.handle, "no-handle"):
            assert self.see(client, handle).status_code == 403
        assert not child.looks.exists()
