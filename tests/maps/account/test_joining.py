"""One person with two cards: found, shown, joined with consent, and parted again; never without both proofs."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from gis_platform.identity.models import User
from gis_platform.identity.openid import Claims
from gis_platform.residents import joining, registration
from gis_platform.residents.errors import JoinRefused
from gis_platform.residents.joining import UndoTooLate, likely_same
from gis_platform.residents.models import ForeignIdentity, Join, Means, Resident
from gis_platform.residents.privacy import erasing
from gis_platform.residents.registration import Person
from gis_platform.residents.services import issue_means
from maps.account import carrying, pending
from rules.loyalty import points
from tests.people import a_resident, a_user

pytestmark = pytest.mark.django_db
ANNA = Person(given_name="Anna", family_name="Ozola", birth_date=date(1990, 5, 17))
ADDRESS = "anna@example.org"


@pytest.fixture(autouse=True)
def forget_letters():
    cache.clear()
    yield
    cache.clear()


def claims(subject: str = "anna-1", *, personal_code: str = "") -> Claims:
    return Claims(
        issuer="https://id.example",
        subject=subject,
        given_name="Anna",
        family_name="Ozola",
        birth_date=ANNA.birth_date,
        personal_code=personal_code,
    )


@pytest.fixture
def by_provider() -> Resident:
    return registration.register_by_oidc(claims(), person=ANNA)


@pytest.fixture
def by_email() -> Resident:
    resident = registration.register_by_email(ADDRESS, person=ANNA)
    issue_means(resident, kind="library", token="ANNA-0001", actor="user:1")
    return resident


def prove_address(client: Client) -> str:
    """Where following the link leads."""
    client.post("/sign-in/email/", {"email": ADDRESS})
    path = re.search(r"https?://[^/\s]+(/sign-in/link/\S+)", mail.outbox[-1].body).group(1)
    return client.post(path)["Location"]


# --- Finding ---------------------------------------------------------------------------------------------------------


def test_the_same_name_and_birth_date_are_likely_the_same(by_provider, by_email):
    assert likely_same(by_provider) == [by_email]


def test_the_same_personal_code_is_likely_the_same_under_any_name(by_provider):
    desk, _code = registration.register_at_desk(
        Person(given_name="Anna", family_name="Bērziņa"), personal_code="170590-12345", actor="user:1"
    )
    assert likely_same(by_provider) == []
    again = claims("anna-2", personal_code="17059012345")  # without the hyphen
    registration.attach_identity(by_provider, again, actor="user:1")
    assert likely_same(by_provider) == [desk]


@pytest.mark.parametrize(
    "other",
    [{"given_name": "Anita"}, {"family_name": "Kalna"}, {"birth_date": date(1990, 5, 18)}, {"birth_date": None}],
)
def test_others_are_not(by_provider, other):
    a_resident(**{"given_name": "Anna", "family_name": "Ozola", "birth_date": ANNA.birth_date} | other)
    assert likely_same(by_provider) == []


def test_a_name_without_a_birth_date_finds_nobody():
    a_resident(birth_date=None)
    assert likely_same(a_resident(birth_date=None)) == []


# --- Consent ---------------------------------------------------------------------------------------------------------


def test_who_proves_both_is_shown_both_and_joins_them(client, by_provider, by_email):
    client.force_login(by_provider.user)
    assert prove_address(client) == "/account/join/"
    page = client.get("/account/join/").content.decode()
    assert ADDRESS in page
    assert "https://id.example" in page
    assert not Join.objects.exists()  # nothing yet
    client.post("/account/join/", {"join": "1"})
    assert Means.objects.get(kind="library").resident == by_provider
    assert Join.objects.get().kept == by_provider


def test_the_address_of_the_joined_card_signs_in_to_the_other(client, by_provider, by_email):
    joining.join(by_provider, by_email, actor="user:1")
    stranger = Client()
    prove_address(stranger)
    assert stranger.session["_auth_user_id"] == str(by_provider.user_id)


def test_whoever_says_no_keeps_both(client, by_provider, by_email):
    client.force_login(by_provider.user)
    prove_address(client)
    client.post("/account/join/", {"keep": "1"})
    assert client.post("/account/join/", {"join": "1"}).status_code == 409
    assert not Join.objects.exists()


def test_one_proof_joins_nothing(client, by_provider, by_email):
    client.force_login(by_provider.user)
    assert client.post("/account/join/", {"join": "1"}).status_code == 409
    assert not Join.objects.exists()


def test_the_twin_that_takes_the_likely_for_proven_joins(client, by_provider, by_email, monkeypatch):
    monkeypatch.setattr(pending, "other_card", lambda request: by_email.pk)
    client.force_login(by_provider.user)
    client.post("/account/join/", {"join": "1"})
    assert Join.objects.exists()


def test_a_proof_of_another_session_counts_for_nobody(client, by_provider, by_email):
    client.force_login(by_provider.user)
    prove_address(client)
    client.force_login(a_resident().user)
    assert client.post("/account/join/", {"join": "1"}).status_code == 409
    assert not Join.objects.exists()


def test_a_proof_of_half_an_hour_ago_is_over(client, by_provider, by_email, monkeypatch):
    client.force_login(by_provider.user)
    prove_address(client)
    monkeypatch.setattr(pending, "PATIENCE_S", -1)
    assert client.post("/account/join/", {"join": "1"}).status_code == 409


def test_a_likely_second_card_is_told_without_saying_whose(client, by_provider, by_email):
    client.force_login(by_provider.user)
    page = client.get("/account/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Do you have a second card?" in page
    assert ADDRESS not in page


def test_a_card_from_the_desk_is_joined_by_its_code(client, by_provider):
    desk, code = registration.register_at_desk(ANNA, personal_code="170590-12345", actor="user:1")
    client.force_login(by_provider.user)
    assert client.post("/account/claim/", {"code": code})["Location"] == "/account/join/"
    client.post("/account/join/", {"join": "1"})
    assert Join.objects.get().joined == desk
    assert by_provider.personal_codes.count() == 1


# --- The joining itself ----------------------------------------------------------------------------------------------


def test_joining_is_told_in_the_audit_log(by_provider, by_email):
    done = joining.join(by_provider, by_email, actor="user:7")
    entry = AuditEntry.objects.get(action="residents.joined")
    assert (entry.actor, entry.subject) == ("user:7", f"resident:{by_provider.pk}")
    assert entry.data == {"joined": by_email.pk, "join": done.pk}


def test_a_card_goes_into_one_other_alone(by_provider, by_email):
    joining.join(by_provider, by_email, actor="user:1")
    for kept, joined in ((a_resident(), by_email), (by_email, a_resident()), (by_provider, by_provider)):
        with pytest.raises(JoinRefused):
            joining.join(kept, joined, actor="user:1")


def test_an_account_of_staff_does_not_go_to_sleep(by_provider):
    with pytest.raises(JoinRefused):
        joining.join(by_provider, a_resident(user=a_user("clerk")), actor="user:1")


def test_a_clerk_parts_them_and_everything_goes_back(client, by_provider, by_email):
    done = joining.join(by_email, by_provider, actor="user:1")
    assert ForeignIdentity.objects.get().resident == by_email
    client.force_login(a_user("clerk", is_staff=True))
    client.post("/account/joins/", {"join": str(done.pk)})
    assert ForeignIdentity.objects.get().resident == by_provider
    assert Means.objects.get(kind="library").resident == by_email
    assert User.objects.filter(is_active=False).count() == 0
    assert (User.objects.get(email=ADDRESS), likely_same(by_email)) == (by_email.user, [by_provider])


def test_the_address_goes_back_too(by_provider, by_email):
    joining.undo(joining.join(by_provider, by_email, actor="user:1"), actor="user:2")
    assert User.objects.get(email=ADDRESS) == by_email.user


def test_after_thirty_days_they_stay_one(by_provider, by_email):
    done = joining.join(by_provider, by_email, actor="user:1")
    Join.objects.update(undo_until=clock.now() - timedelta(seconds=1))
    with pytest.raises(UndoTooLate):
        joining.undo(done, actor="user:2")


def test_they_are_parted_once(by_provider, by_email):
    done = joining.join(by_provider, by_email, actor="user:1")
    joining.undo(done, actor="user:2")
    with pytest.raises(UndoTooLate):
        joining.undo(done, actor="user:2")


# --- Points ----------------------------------------------------------------------------------------------------------


def test_points_go_with_the_card_and_come_back(by_provider, by_email):
    points.earn(by_email.handle, 40, kind="quest", reference="1")
    points.earn(by_provider.handle, 5, kind="quest", reference="2")
    done = carrying.join(by_provider, by_email, actor="user:1")
    assert (points.held(by_provider.handle).points, points.held(by_email.handle).points) == (45, 0)
    carrying.undo(Join.objects.get(pk=done.pk), actor="user:2")
    assert (points.held(by_provider.handle).points, points.held(by_email.handle).points) == (5, 40)


def test_points_spent_meanwhile_are_owed_by_who_spent_them(by_provider, by_email):
    points.earn(by_email.handle, 40, kind="quest", reference="1")
    done = carrying.join(by_provider, by_email, actor="user:1")
    points.spend(by_provider.handle, 30, reference="a cake")
    carrying.undo(Join.objects.get(pk=done.pk), actor="user:2")
    assert (points.held(by_provider.handle).owed, points.held(by_email.handle).points) == (30, 40)


def test_who_is_erased_is_erased_with_the_card_that_was_joined(by_provider, by_email):
    joining.join(by_provider, by_email, actor="user:1")
    erasing.erase(erasing.ask(by_provider, actor=by_provider.user.actor), actor="user:2")
    assert (Resident.objects.count(), User.objects.count(), ForeignIdentity.objects.count()) == (0, 0, 0)
