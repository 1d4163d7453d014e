"""Every page of staff that shows a person leaves a look behind: all are walked, and the name is searched for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from gis_platform.core import clock
from gis_platform.identity.models import User
from gis_platform.residents.models import Group, Household, HouseholdMember, Look, Membership, Resident
from gis_platform.residents.services import issue_means
from maps.account import carrying
from maps.people import person_pages
from tests.people import a_resident, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
NAME = "Zvirgzdkalniece"  # of nobody else


@pytest.fixture
def colleague() -> User:
    return a_user("clerk", "administrator", is_staff=True, is_superuser=True)


@pytest.fixture
def clerk(colleague) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(colleague)
    return client


@pytest.fixture
def person() -> Resident:
    """With one of everything that a page may list."""
    one, today = a_resident(given_name="Zane", family_name=NAME), clock.today()
    soon = clock.now() + timedelta(days=1)
    issue_means(one, kind="library", token="ZANE-0001", actor="user:1", expires_at=soon)
    group = Group.objects.create(code="choir", name_en="Choir")
    Membership.objects.create(resident=one, group=group, period=(today, None))
    HouseholdMember.objects.create(household=Household.objects.create(), resident=one, period=(today, None))
    carrying.join(one, a_resident(), actor="user:1")
    return one


def pages(person: Resident) -> Iterator[str]:
    """Each that opens by an address alone, by the person's handle or group, or in the console by the record's key."""
    parts = ({}, {"handle": person.handle}, {"code": "choir"})
    for name in _names(get_resolver()):
        for part in parts:
            try:
                yield reverse(name, kwargs=part)
            except NoReverseMatch:
                continue
        yield from _records(name, person)
    yield reverse("people") + f"?q={NAME}"
    yield reverse("admin:residents_resident_changelist") + f"?q={NAME}"


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield space + entry.name


def _records(name: str, person: Resident) -> Iterator[str]:
    owned = {
        "admin:residents_resident_change": person,
        "admin:residents_membership_change": person.memberships.get(),
        "admin:residents_household_change": person.households.get().household,
        "admin:residents_means_change": person.means.get(),
    }
    if name in owned:
        yield reverse(name, args=[owned[name].pk])


def unseen(clerk: Client, colleague: User, person: Resident) -> list[str]:
    """Pages that show the person to a clerk and say so to nobody."""
    found, shown = [], 0
    for path in sorted(set(pages(person))):
        if path.startswith(("/api/", "/ogc", "/sign-", "/static", "/monitor/events", "/healthz", "/language")):
            continue
        Look.objects.all().delete()
        response = clerk.get(path)
        if response.streaming or response.status_code != 200 or NAME not in response.content.decode(errors="ignore"):
            continue
        shown += 1
        if not Look.objects.filter(resident=person, actor=colleague.actor).exists():
            found.append(path)
    assert shown >= 8, "the walk has come by nobody"
    return found


def test_whoever_is_shown_to_staff_can_read_so(clerk, colleague, person):
    assert unseen(clerk, colleague, person) == []


def test_the_walk_catches_a_page_that_tells_nobody(clerk, colleague, person, monkeypatch):
    monkeypatch.setattr(person_pages, "looked", lambda *args, **kwargs: None)
    assert f"/people/{person.handle}/" in unseen(clerk, colleague, person)


def test_the_desk_that_finds_a_card_tells_its_holder(clerk, colleague, person):
    clerk.post("/cards/", {"kind": "library", "token": "ZANE-0001"})
    assert Look.objects.filter(resident=person, actor=colleague.actor, what="means").exists()
