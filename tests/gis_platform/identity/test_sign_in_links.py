"""Links by e-mail: good once, for a quarter of an hour, in the browser that asked; and the form tells nobody who is
known."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from gis_platform.core import clock
from gis_platform.identity import sign_in_links
from gis_platform.identity.models import SignInLink, User
from gis_platform.residents.models import Resident
from tests.people import a_resident, a_user

pytestmark = pytest.mark.django_db
ADDRESS = "anna@example.org"
PERSON = {"given_name": "Anna", "family_name": "Ozola", "birth_date": "1990-05-17"}


@pytest.fixture(autouse=True)
def forget_letters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def anna():
    return a_resident(user=a_user(email=ADDRESS))


def ask(client: Client, email: str = ADDRESS, **more):
    return client.post("/sign-in/email/", {"email": email, **more}, HTTP_ACCEPT_LANGUAGE="en")


def link() -> str:
    """The path in the newest letter."""
    return re.search(r"https?://[^/\s]+(/sign-in/link/\S+)", mail.outbox[-1].body).group(1)


def follow(client: Client, path: str):
    return client.post(path, HTTP_ACCEPT_LANGUAGE="en")


def test_the_link_signs_in_whom_the_city_knows(client, anna):
    ask(client, next="/benefits/")
    assert mail.outbox[-1].to == [ADDRESS]
    assert follow(client, link())["Location"] == "/benefits/"
    assert client.session["_auth_user_id"] == str(anna.user_id)


def test_the_case_of_the_address_does_not_matter(client, anna):
    ask(client, "Anna@Example.ORG")
    follow(client, link())
    assert client.session["_auth_user_id"] == str(anna.user_id)


def test_opening_the_link_does_not_use_it(client, anna):
    """Scanners of letters open every link."""
    ask(client)
    assert [client.get(link()).status_code for _ in range(2)] == [200, 200]
    assert "_auth_user_id" not in client.session
    assert follow(client, link()).status_code == 302


def test_whoever_is_new_registers(client):
    ask(client)
    assert follow(client, link())["Location"] == "/sign-in/register/"
    assert client.post("/sign-in/register/", PERSON)["Location"] == "/account/"
    resident = Resident.objects.get()
    assert (str(resident), resident.user.email) == ("Anna Ozola", ADDRESS)
    assert not resident.user.has_usable_password()


def test_a_registration_needs_a_name(client):
    ask(client)
    follow(client, link())
    response = client.post("/sign-in/register/", {"given_name": " ", "family_name": "", "birth_date": "2999-01-01"})
    assert (response.status_code, Resident.objects.count()) == (200, 0)


def test_nobody_registers_without_proof(client):
    assert client.post("/sign-in/register/", PERSON).status_code == 403
    assert Resident.objects.count() == 0


# --- Once, soon, here ------------------------------------------------------------------------------------------------


def test_a_link_works_once(client, anna):
    ask(client)
    follow(client, link())
    client.post("/sign-out/")
    response = follow(client, link())
    assert (response.status_code, "used already or is too old" in response.content.decode()) == (403, True)


def test_the_twin_that_does_not_note_the_use_lets_it_in_twice(client, anna, monkeypatch):
    monkeypatch.setattr(sign_in_links, "use", sign_in_links.look_at)
    ask(client)
    assert [follow(client, link()).status_code for _ in range(2)] == [302, 302]


def test_a_link_is_over_after_a_quarter_of_an_hour(client, anna):
    ask(client)
    SignInLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert follow(client, link()).status_code == 403
    assert SignInLink.objects.get().expires_at - SignInLink.objects.get().created_at < timedelta(minutes=15)


def test_a_link_works_in_the_browser_that_asked_alone(client, anna):
    """Or whoever reads the letter over the shoulder, or was sent somebody else's link, would be in."""
    ask(client)
    stranger = Client()
    response = follow(stranger, link())
    assert (response.status_code, "in the browser in which you asked" in response.content.decode()) == (403, True)
    assert "_auth_user_id" not in stranger.session
    assert follow(client, link()).status_code == 302


def test_the_twin_that_does_not_bind_the_browser_lets_the_stranger_in(client, anna, monkeypatch):
    monkeypatch.setattr(sign_in_links, "new_token", lambda: "the same for all")
    stranger = Client()
    ask(stranger, "stranger@example.org")
    SignInLink.objects.all().delete()  # one token names one link
    ask(client)
    assert follow(stranger, "/sign-in/link/the same for all/").status_code == 302


def test_a_made_up_link_is_refused(client, anna):
    ask(client)
    assert follow(client, "/sign-in/link/made-up/").status_code == 403


def test_the_token_is_not_in_the_database(client, anna):
    ask(client)
    token = link().split("/")[3]
    assert token not in str(SignInLink.objects.values())


def test_a_closed_account_stays_closed(client, anna):
    User.objects.update(is_active=False)
    ask(client)
    assert follow(client, link()).status_code == 403
    assert "_auth_user_id" not in client.session


# --- Nothing is told, and nobody is flooded --------------------------------------------------------------------------


def without_tokens(response) -> tuple[int, str, str]:
    return response.status_code, response.headers.get("Location", ""), response.content.decode()


def test_known_and_unknown_addresses_are_answered_alike(anna):
    answers = [without_tokens(ask(Client(), email)) for email in (ADDRESS, "nobody@example.org")]
    assert answers[0] == answers[1]
    bodies = [re.sub(r"/sign-in/link/\S+", "LINK", letter.body) for letter in mail.outbox]
    assert bodies[0] == bodies[1]


def test_the_twin_that_writes_to_known_addresses_alone_gives_them_away(anna, monkeypatch):
    def only_known(request, email, *, next_path):
        if not User.objects.filter(email=email).exists():
            raise sign_in_links.LinkRefused
        return send(request, email, next_path=next_path)

    send = sign_in_links.send
    monkeypatch.setattr(sign_in_links, "send", only_known)
    answers = [without_tokens(ask(Client(), email)) for email in (ADDRESS, "nobody@example.org")]
    assert answers[0] != answers[1]


def test_an_address_gets_three_letters_in_a_quarter_of_an_hour(anna):
    answers = [ask(Client()).status_code for _ in range(4)]
    assert (answers, len(mail.outbox)) == ([302, 302, 302, 429], 3)


def test_a_browser_cannot_write_to_the_whole_town(client):
    answers = [ask(client, f"{number}@example.org").status_code for number in range(21)]
    assert (answers[:20], answers[20]) == ([302] * 20, 429)


def test_what_is_no_address_is_told_so(client):
    response = ask(client, "anna")
    assert (response["Location"], mail.outbox) == ("/sign-in/?next=%2F", [])


def test_a_post_office_that_is_away_is_a_sentence(client):
    with mock.patch("django.core.mail.EmailMessage.send", side_effect=SMTPServerDisconnected):
        response = ask(client)
    assert (response.status_code, "No e-mail can be sent now" in response.content.decode()) == (503, True)


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_afterwards(client, anna, path):
    ask(client, next=path)
    assert follow(client, link())["Location"] == "/"


def test_somebody_signed_in_adds_the_address_after_saying_so(client):
    resident = a_resident()
    client.force_login(resident.user)
    ask(client)
    assert follow(client, link())["Location"] == "/sign-in/register/"
    assert User.objects.get(pk=resident.user_id).email == ""
    client.post("/sign-in/register/")
    assert User.objects.get(pk=resident.user_id).email == ADDRESS
