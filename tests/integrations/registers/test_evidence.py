"""Registers asked for eligibility: answers kept sealed, memberships that point to them, and what an outage leaves."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.core.actor import on_behalf_of
from gis_platform.integrations.registers.recorded import Disability
from gis_platform.residents import evidence
from gis_platform.residents.grouping import jobs
from gis_platform.residents.models import Group, Membership, RegisterAnswer
from gis_platform.residents.registers import RegisterUnavailable, RegisterUnknown
from tests.people import a_resident

pytestmark = pytest.mark.django_db


def at(day):
    return clock.frozen(datetime(2026, 11, day, 10, tzinfo=UTC))


@pytest.fixture(autouse=True)
def on_that_day():
    with at(1), on_behalf_of("system:test"):
        yield


@pytest.fixture
def down(monkeypatch):
    return lambda: monkeypatch.setattr(Disability, "down", True)


@pytest.fixture
def anna():
    """The recorded register knows her: Anna Bērziņa, born on 17 May 1990."""
    return a_resident()


@pytest.fixture
def group():
    return Group.objects.create(code="disability", made="register", register="disability", question="disability")


def check(resident, group):
    return evidence.check_membership(resident, group, actor="user:1")


class TestAnAnswer:
    def test_the_membership_points_to_the_answer_it_rests_on(self, anna, group):
        check(anna, group)
        made = Membership.objects.get()
        assert (made.source, made.grace_until) == ("register", None)
        assert made.period == DateRange(date(2026, 11, 1), date(2030, 1, 1))  # as long as the register says
        assert evidence.opened(made.answer).reference == "disability/1"
        assert (made.answer.register, made.answer.purpose) == ("disability", "group-membership")

    def test_it_lies_sealed(self, anna, group):
        check(anna, group)
        with connection.cursor() as cursor:
            cursor.execute("SELECT document FROM residents_registeranswer")
            stored = bytes(cursor.fetchone()[0])
        assert b"holds" not in stored
        assert b"disability" not in stored

    def test_a_no_makes_no_member_and_is_kept_too(self, group):
        stranger = a_resident(family_name="Kalna")
        assert check(stranger, group).answer.holds is False
        assert (Membership.objects.count(), RegisterAnswer.objects.count()) == (0, 1)

    def test_a_later_no_ends_it(self, anna, group):
        check(anna, group)
        with at(5):
            anna.family_name = "Kalna"
            anna.save()
            check(anna, group)
        assert Membership.objects.get().period == DateRange(date(2026, 11, 1), date(2026, 11, 5))

    def test_asked_again_it_points_to_the_newer_answer(self, anna, group):
        first, second = check(anna, group), check(anna, group)
        assert first.record != second.record
        assert Membership.objects.get().answer == second.record

    @pytest.mark.parametrize(("register", "question"), [("police", "record"), ("school", "disability")])
    def test_what_no_register_is_asked_is_refused(self, anna, register, question):
        with pytest.raises(RegisterUnknown):
            evidence.ask(anna, register, question, purpose="x", actor="user:1")


class TestAnOutage:
    def test_the_last_answer_holds_for_the_grace_and_is_flagged(self, anna, group, down, settings):
        settings.REGISTER_GRACE_DAYS = 10
        check(anna, group)
        down()
        with at(10):
            found = check(anna, group)
            assert (found.grace_until, found.age.days) == (date(2026, 11, 11), 9)
            assert Membership.objects.get().grace_until == date(2026, 11, 11)

    def test_after_the_grace_the_membership_ends(self, anna, group, down, settings):
        settings.REGISTER_GRACE_DAYS = 10
        check(anna, group)
        down()
        with at(10):
            jobs.ask_again()
            assert Membership.objects.get().grace_until == date(2026, 11, 11)
        with at(11):
            jobs.ask_again()
        assert Membership.objects.get().period == DateRange(date(2026, 11, 1), date(2026, 11, 11))

    def test_the_flag_goes_when_the_register_is_back(self, anna, group, down, monkeypatch):
        check(anna, group)
        down()
        with at(9):
            check(anna, group)
        monkeypatch.setattr(Disability, "down", False)
        with at(10):
            check(anna, group)
        assert Membership.objects.get().grace_until is None

    def test_who_was_never_asked_about_gets_nothing(self, anna, group, down):
        down()
        with pytest.raises(RegisterUnavailable):
            check(anna, group)
        assert not Membership.objects.exists()

    def test_an_answer_for_another_purpose_is_no_way_round(self, anna, down):
        evidence.ask(anna, "disability", "disability", purpose="survey", actor="user:1")
        down()
        with pytest.raises(RegisterUnavailable):
            evidence.ask(anna, "disability", "disability", purpose="group-membership", actor="user:1")


def test_answers_grow_old_and_are_asked_for_again(anna, group, settings):
    settings.REGISTER_FRESH_DAYS = 7
    check(anna, group)
    with at(8):
        jobs.ask_again()
        assert RegisterAnswer.objects.count() == 1
    with at(9):
        jobs.ask_again()
        assert RegisterAnswer.objects.count() == 2
