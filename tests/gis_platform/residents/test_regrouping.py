"""Groups by a rule are looked at again whenever something changes that rules ask about."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from gis_platform.core import clock
from gis_platform.core.models import OutboxEntry
from gis_platform.core.outbox import PERIODIC, PERIODIC_PREFIX
from gis_platform.residents import joining, moving, registration
from gis_platform.residents.grouping import jobs, members
from gis_platform.residents.models import Group, Residence
from gis_platform.residents.registration import Person
from tests.people import a_resident, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
ANNA = Person(given_name="Anna", family_name="Ozola", birth_date=date(1950, 5, 17))


@pytest.fixture
def old_town() -> Group:
    rule = {"op": "=", "args": [{"property": "district"}, "OLD"]}
    return Group.objects.create(code="old-town", name_en="Old town", made="rule", rule=rule)


def promised() -> int:
    return OutboxEntry.objects.filter(topic=members.TOPIC).count()


def test_who_moves_in_is_in_the_group_once_the_promise_is_kept(old_town):
    anna = a_resident()
    moving.move(anna, on=clock.today(), source=Residence.Source.REGISTER, actor="user:1", district="OLD")
    assert promised() == 1
    jobs.regroup()
    assert anna.memberships.get().group == old_town


def test_the_twin_that_promises_nothing_leaves_the_group_as_it_was(old_town, monkeypatch):
    monkeypatch.setattr(moving, "recompute_soon", lambda: None)
    moving.move(a_resident(), on=clock.today(), source=Residence.Source.REGISTER, actor="user:1", district="OLD")
    assert promised() == 0


def register() -> None:
    registration.register_at_desk(ANNA, personal_code="", actor="user:1")


def join() -> None:
    joining.join(a_resident(), a_resident(), actor="user:1")


@pytest.mark.parametrize("change", [register, join])
def test_registering_and_joining_promise_it(old_town, change):
    change()
    assert promised() == 1


def test_a_change_in_the_console_promises_it(old_town, client):
    anna = a_resident()
    client.force_login(a_user("clerk", is_staff=True))
    lines = {"residences-TOTAL_FORMS": "0", "residences-INITIAL_FORMS": "0"}
    fields = {"given_name": "Anna", "family_name": "Kalna", "birth_date": "1950-05-17", "languages": "lv"}
    response = client.post(reverse("admin:residents_resident_change", args=[anna.pk]), fields | lines)
    assert (response.status_code, promised()) == (302, 1)


def test_two_changes_are_one_promise_and_no_rule_is_none(old_town):
    register()
    register()
    assert promised() == 1
    OutboxEntry.objects.all().delete()
    old_town.delete()
    register()
    assert promised() == 0


def test_who_grows_older_by_themselves_is_found_at_least_daily():
    assert PERIODIC[PERIODIC_PREFIX + "residents-recompute-groups"] <= timedelta(days=1)
