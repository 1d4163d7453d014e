"""The clerks' desk: people found and looked at, mandates and memberships entered, requests for erasure answered."""

from datetime import date
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from gis_platform.core import clock
from gis_platform.residents.models import Erasure, Group, Look, Mandate, Membership, Resident
from gis_platform.residents.privacy import erasing
from tests.people import a_resident, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_resident()


@pytest.fixture
def clerk(client):
    user = a_user("clerk", is_staff=True)
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


def addresses():
    code, some = "choir", uuid4()
    return {
        "people": [],
        "privacy-desk": [],
        "groups": [],
        "group-new": [],
        "merchant-groups": [],
        "group": [code],
        "group-edit": [code],
        "group-recompute": [code],
        "group-export": [code],
        "group-upload": [code],
        "group-import": [code, some],
        "group-import-act": [code, some],
        "person": [some],
        "person-mandate": [some],
        "person-mandate-end": [some, 1],
        "person-membership": [some],
        "person-register": [some, code],
        "erasure-answer": [some],
    }


POSTED = {
    "group-recompute",
    "group-upload",
    "group-import-act",
    "person-mandate",
    "person-mandate-end",
    "person-membership",
    "person-register",
    "erasure-answer",
}


@pytest.mark.parametrize("name", addresses())
class TestWhoMay:
    def ask(self, client, name):
        path = reverse(name, args=addresses()[name])
        return client.post(path) if name in POSTED else client.get(path)

    def test_a_stranger_signs_in_first(self, client, name):
        answer = self.ask(client, name)
        assert answer.status_code == 302
        assert "sign-in" in answer["Location"]

    @pytest.mark.parametrize("role", [None, "planner", "tourism_editor", "merchant_manager"])
    def test_a_colleague_of_another_role_and_a_resident_are_refused(self, client, name, role):
        client.force_login(a_user(role, is_staff=True) if role else a_resident().user)
        assert self.ask(client, name).status_code == 403


class TestPeople:
    def test_nobody_is_listed_who_was_not_searched_for(self, client, clerk, anna):
        assert "Bērziņa" not in client.get(reverse("people")).content.decode()
        assert "Bērziņa" not in client.get(reverse("people"), {"q": "b"}).content.decode()
        assert not Look.objects.exists()

    @pytest.mark.parametrize("words", ["bērz", "Anna bērziņa", "1990-05-17 anna"])
    def test_one_is_found_by_name_or_birthday_and_it_is_a_look(self, client, clerk, anna, words):
        a_resident(given_name="Kārlis", family_name="Ozols", birth_date=date(1991, 1, 1))
        text = client.get(reverse("people"), {"q": words}).content.decode()
        assert "Bērziņa" in text
        assert "Ozols" not in text
        assert anna.looks.get().actor == clerk.actor

    def test_the_page_of_a_person_is_told_to_them(self, client, clerk, anna):
        assert client.get(reverse("person", args=[anna.handle])).status_code == 200
        assert anna.looks.get().what == "profile"

    def test_a_mandate_is_entered_with_a_document_and_ended(self, client, clerk, anna):
        child = a_resident(given_name="Jānis", birth_date=date(2020, 1, 1), user=None)
        values = {"kind": "guardian", "holder": str(anna.handle), "first_day": clock.today().isoformat()}
        path = reverse("person-mandate", args=[child.handle])
        assert client.post(path, values).status_code == 400
        assert client.post(path, values | {"document": "Certificate", "holder": str(child.handle)}).status_code == 400
        client.post(path, values | {"document": "Certificate"})
        made = Mandate.objects.get()
        assert made.is_in_force
        client.post(reverse("person-mandate-end", args=[child.handle, made.pk]))
        assert not Mandate.objects.get().is_in_force

    def test_a_membership_is_entered_once(self, client, clerk, anna):
        group = Group.objects.create(code="choir", name_en="Choir")
        values = {"group": group.pk, "first_day": "2026-01-01", "evidence": "Order 7"}
        path = reverse("person-membership", args=[anna.handle])
        assert [client.post(path, values).status_code for _ in range(2)] == [302, 400]
        assert Membership.objects.get().evidence == "Order 7"

    def test_the_register_is_asked_from_the_page(self, client, clerk, anna):
        Group.objects.create(code="disability", made="register", register="disability", question="disability")
        client.post(reverse("person-register", args=[anna.handle, "disability"]))
        assert Membership.objects.get().answer.register == "disability"


class TestPrivacy:
    def answer(self, client, asked, **fields):
        return client.post(reverse("erasure-answer", args=[asked.pk]), fields, follow=True).content.decode()

    def test_a_request_is_refused_with_a_reason(self, client, clerk, anna):
        asked = erasing.ask(anna, actor=anna.user.actor)
        assert "Anna" in client.get(reverse("privacy-desk")).content.decode()
        assert "Say why" in self.answer(client, asked, act="refuse")
        self.answer(client, asked, act="refuse", reason="A claim is open")
        assert Erasure.objects.get().reason == "A claim is open"

    def test_a_request_is_fulfilled(self, client, clerk, anna):
        self.answer(client, erasing.ask(anna, actor=anna.user.actor), act="erase")
        assert not Resident.objects.exists()

    def test_nobody_fulfils_their_own(self, client, anna):
        clerk = a_resident(user=a_user("clerk", is_staff=True))
        client.force_login(clerk.user)
        assert self.answer(client, erasing.ask(clerk, actor=clerk.user.actor), act="erase")
        assert Resident.objects.filter(pk=clerk.pk).exists()


def test_a_membership_by_hand_shows_its_dates(client, clerk, anna):
    group = Group.objects.create(code="choir", name_en="Choir")
    Membership.objects.create(resident=anna, group=group, period=DateRange(date(2026, 1, 1), None), evidence="Order 7")
    assert "2026-01-01" in client.get(reverse("person", args=[anna.handle])).content.decode()
