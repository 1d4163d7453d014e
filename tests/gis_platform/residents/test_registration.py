"""Becoming a resident: by another site's account, by e-mail, at a desk; and no way of signing in makes two people."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection, connections

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.core.models import AuditEntry
from gis_platform.identity.models import User
from gis_platform.identity.openid import Claims
from gis_platform.residents import registration
from gis_platform.residents.models import ClaimCode, PersonalCode, Resident
from gis_platform.residents.registration import AlreadyResident, ClaimRefused, IdentityTaken, Person
from tests.people import a_resident, a_user

ANNA = Person(given_name="Anna", family_name="Ozola", birth_date=date(1990, 5, 17))
CODE = "170590-12345"
TWICE = 8  # at once


def said(subject: str = "anna-1", **more) -> Claims:
    about = {"issuer": "https://id.example", "subject": subject, "given_name": "Anna", "family_name": "Ozola"}
    return Claims(**about | {"birth_date": None, "personal_code": ""} | more)


def at_once(work) -> list:
    """What came of the same work in several threads that begin together."""
    start = Barrier(TWICE)

    def one(_number):
        try:
            start.wait()
            return work()
        except Exception as error:
            return error
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(TWICE) as pool:
        return list(pool.map(one, range(TWICE)))


@contextmanager
def without_constraint(table: str, name: str, again: str):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({again})")


# --- In parallel -----------------------------------------------------------------------------------------------------
# Two tests and not seven: emptying the database after one that commits takes seconds.


def register_by_oidc() -> Resident:
    return registration.register_by_oidc(said(), person=ANNA)


def register_at_desk() -> tuple[Resident, str]:
    return registration.register_at_desk(ANNA, personal_code=CODE, actor="user:1")


@pytest.mark.django_db(transaction=True)
def test_however_many_tabs_and_desks_register_at_once_there_is_one_person():
    by_oidc = at_once(register_by_oidc)
    # One account too: what the losers made is rolled back.
    assert (len({one.pk for one in by_oidc}), Resident.objects.count(), User.objects.count()) == (1, 1, 1)

    by_email = at_once(lambda: registration.register_by_email("anna@example.org", person=ANNA))
    assert (len({one.pk for one in by_email}), Resident.objects.count(), User.objects.count()) == (1, 2, 2)

    at_desks = at_once(register_at_desk)
    assert sorted(map(outcome, at_desks)) == ["ResidentKnown"] * (TWICE - 1) + ["tuple"]
    assert Resident.objects.count() == 3

    code = next(one for one in at_desks if isinstance(one, tuple))[1]
    users = iter([a_user() for _ in range(TWICE)])
    claimed = at_once(lambda: registration.claim(next(users), code))
    assert sorted(map(outcome, claimed)) == ["ClaimRefused"] * (TWICE - 1) + ["Resident"]


@pytest.mark.django_db(transaction=True)
def test_the_twins_without_constraint_and_without_lock_make_two(monkeypatch):
    with without_constraint("residents_foreignidentity", "foreign_identity_unique", "issuer, subject"):
        at_once(register_by_oidc)
        assert Resident.objects.count() > 1
    before = Resident.objects.count()
    monkeypatch.setattr(registration, "_one_by_one", lambda code_hash: None)
    at_once(register_at_desk)
    assert Resident.objects.count() > before + 1


def outcome(made: object) -> str:
    return type(made).__name__


# --- By another site -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_subject_of_two_issuers_is_two_people():
    one = registration.register_by_oidc(said(), person=ANNA)
    other = registration.register_by_oidc(said(issuer="https://other.example"), person=ANNA)
    assert one.pk != other.pk


@pytest.mark.django_db
def test_a_personal_code_is_kept_as_a_keyed_hash_alone(settings):
    registration.register_by_oidc(said(personal_code=CODE), person=ANNA)
    kept = PersonalCode.objects.get().code_hash
    assert kept == registration.hash_of_personal_code("17059012345")
    settings.SECRET_KEY = "another key" * 5
    assert kept != registration.hash_of_personal_code(CODE)
    assert "12345" not in str(AuditEntry.objects.values_list("data", "subject"))


@pytest.mark.django_db
def test_an_identity_of_somebody_else_is_not_attached():
    registration.register_by_oidc(said(), person=ANNA)
    with pytest.raises(IdentityTaken):
        registration.attach_identity(a_resident(), said(), actor="user:1")


@pytest.mark.django_db
def test_a_resident_whose_account_was_deleted_gets_a_new_one():
    resident = registration.register_by_oidc(said(), person=ANNA)
    resident.user.delete()
    user = registration.account_of_identity(said())
    assert Resident.objects.get().user == user


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"given_name": " "}, {"family_name": ""}, {"birth_date": date(1700, 1, 1)}])
def test_a_person_has_a_name_and_was_born_in_living_memory(wrong):
    with pytest.raises(InvalidInput):
        Person(**{"given_name": "Anna", "family_name": "Ozola", "birth_date": None} | wrong)


@pytest.mark.django_db
def test_nobody_is_born_tomorrow():
    with pytest.raises(InvalidInput):
        Person(given_name="A", family_name="B", birth_date=clock.today() + timedelta(days=1))


# --- At the desk -----------------------------------------------------------------------------------------------------

FORM = {
    "given_name": "Anna",
    "family_name": "Ozola",
    "birth_date": "1990-05-17",
    "personal_code": CODE,
    "checked": "on",
}


@pytest.fixture
def desk(client, db):
    cache.clear()
    client.force_login(a_user("clerk", is_staff=True))
    return client


def test_a_clerk_registers_and_hands_over_a_code_with_which_the_card_is_claimed(desk, client):
    page = desk.post("/account/desk/", FORM).content.decode()
    code = page.split('<p class="claim-code">')[1].split("<")[0]
    resident = Resident.objects.get()
    assert (str(resident), resident.user) == ("Anna Ozola", None)
    anna = a_user()
    client.force_login(anna)
    assert client.post("/account/claim/", {"code": f" {code.lower()} "})["Location"] == "/me/"
    assert Resident.objects.get().user == anna


def test_somebody_known_gets_a_code_for_the_card_that_is_there(desk):
    desk.post("/account/desk/", FORM)
    page = desk.post("/account/desk/", FORM, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "no second card was made" in page
    assert (Resident.objects.count(), ClaimCode.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("checked", ""), ("personal_code", "12"), ("personal_code", ""), ("birth_date", ""), ("given_name", "")],
)
def test_the_desk_takes_no_half_form(desk, field, value):
    assert desk.post("/account/desk/", FORM | {field: value}).status_code == 200
    assert Resident.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [[], ["planner"], ["operator"]])
@pytest.mark.parametrize("path", ["/account/desk/", "/account/joins/"])
def test_the_desk_is_for_clerks(client, roles, path):
    assert client.get(path)["Location"].startswith("/sign-in/")
    client.force_login(a_user(*roles))
    assert [client.get(path).status_code, client.post(path, FORM).status_code] == [403, 403]


@pytest.mark.django_db
def test_a_claim_code_ends(client):
    _resident, code = registration.register_at_desk(ANNA, personal_code=CODE, actor="user:1")
    ClaimCode.objects.update(expires_at=clock.now())
    with pytest.raises(ClaimRefused):
        registration.claim(a_user(), code)


@pytest.mark.django_db
def test_codes_are_not_guessed(client):
    cache.clear()
    _resident, code = registration.register_at_desk(ANNA, personal_code=CODE, actor="user:1")
    client.force_login(a_user())
    for _attempt in range(5):
        client.post("/account/claim/", {"code": "AAAAA-AAAAA"})
    assert "Too many" in client.post("/account/claim/", {"code": code}, HTTP_ACCEPT_LANGUAGE="en").content.decode()


@pytest.mark.django_db
def test_a_code_is_not_handed_out_for_a_card_with_an_account():
    with pytest.raises(AlreadyResident):
        registration.hand_out_claim(a_resident(), actor="user:1")
