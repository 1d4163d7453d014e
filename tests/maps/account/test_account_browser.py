"""Signing in by a real provider and by a passkey, in a real browser."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from gis_platform.identity import passkeys
from gis_platform.identity.models import Passkey, User
from gis_platform.residents.models import ForeignIdentity, PersonalCode, Resident
from tests.maps.account.oidc_provider import CLIENT_ID, CLIENT_SECRET, oidc_provider
from tests.maps.conftest import ROOT
from tests.people import PASSWORD, a_user
from tests.servers import website

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city_of_jelgava")]
AXE = ROOT / "maps" / "node_modules" / "axe-core" / "axe.min.js"
ANNA = {"given_name": "Anna", "family_name": "Ozola", "birthdate": "1990-05-17", "personal_code": "170590-12345"}
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en", "service_workers": "block"}


@pytest.fixture
def site(transactional_db) -> Iterator[str]:
    with override_settings(SECOND_FACTOR_REQUIRED=True), website() as url:
        yield url


@pytest.fixture
def context(browser: Browser, site) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context, site) -> Page:
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if is_ours(line, site) else None)
    return page


def is_ours(line: ConsoleMessage, site: str) -> bool:
    """The provider's own pages ask for fonts from elsewhere."""
    return line.type == "error" and line.location["url"].startswith(site)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Menu").click()
    press(page, "Sign out")


def sees_nothing_wrong(page: Page) -> None:
    if not AXE.exists():
        return  # npm ci in maps/ brings it
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_the_flow_of_a_real_provider_registers_and_signs_in(page, site):
    callback = f"{site}/sign-in/with/latvija/answer/"
    with oidc_provider(callback=callback, people={"anna": ANNA}) as issuer:
        about = {"id": "latvija", "title": "Latvija.lv", "issuer": issuer, "personal_code_claim": "personal_code"}
        with override_settings(OIDC_PROVIDERS=[about | {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}]):
            page.goto(f"{site}/sign-in/?next=/me/")
            sees_nothing_wrong(page)
            page.get_by_role("link", name="Continue with Latvija.lv").click()
            page.locator("[name=login]").fill("anna")
            page.locator("[name=password]").fill("any")
            page.locator("[type=submit]").click()
            page.locator("[type=submit]").click()  # consent
            expect(page.get_by_label("Given name")).to_have_value("Anna")
            sees_nothing_wrong(page)
            press(page, "Register")
            page.wait_for_url(f"{site}/me/")
            expect(page.get_by_text("Welcome. Your card is ready.")).to_be_visible()
            sign_out(page)
            page.goto(f"{site}/sign-in/?next=/account/")
            page.get_by_role("link", name="Continue with Latvija.lv").click()  # where she is signed in still
            page.wait_for_url(f"{site}/account/")
            sees_nothing_wrong(page)
    resident = Resident.objects.get()
    assert (str(resident), str(resident.birth_date)) == ("Anna Ozola", ANNA["birthdate"])
    assert list(ForeignIdentity.objects.values_list("issuer", "subject")) == [(issuer, "anna")]
    assert PersonalCode.objects.count() == 1
    assert page.complaints == []


def with_authenticator(page: Page, *, verified: bool = True) -> None:
    """A phone's own authenticator, as Chromium plays it."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = kind | {"isUserVerified": verified, "automaticPresenceSimulation": True}
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enrol(page: Page, site: str) -> User:
    """A clerk who signs in for the first time and adds a passkey, as the role asks."""
    user = a_user("clerk", username="ilze", password=PASSWORD, is_staff=True)
    page.goto(f"{site}/sign-in/")
    page.get_by_label("Username").fill("ilze")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
    sees_nothing_wrong(page)
    press(page, "Add a passkey")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return user


def signs_in_by_passkey(page: Page, site: str) -> str:
    """The answer that the browser sent."""
    page.goto(f"{site}/sign-in/?next=/account/")
    with page.expect_request("**/sign-in/passkey/") as sent:
        press(page, "Sign in with a passkey")
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    return parse_qs(sent.value.post_data)["answer"][0]


def send_again(page: Page, site: str, answer: str) -> int:
    """The same answer to a fresh question of the same browser; the status that came."""
    page.goto(f"{site}/sign-in/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(f"{site}/sign-in/passkey/question/", headers={"X-CSRFToken": token})
    form = {"csrfmiddlewaretoken": token, "answer": answer}
    answered = page.request.post(f"{site}/sign-in/passkey/", form=form, max_redirects=0)
    assert "CSRF" not in answered.text()
    return answered.status


def test_a_clerk_adds_a_passkey_and_signs_in_by_it(page, site, monkeypatch):
    """And nobody else: one test and not four, for emptying the database after each takes seconds."""
    with_authenticator(page)
    user = enrol(page, site)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    sign_out(page)
    answer = signs_in_by_passkey(page, site)
    passkey = Passkey.objects.get()
    assert (passkey.user, passkey.used_at is not None) == (user, True)
    assert page.complaints == []

    # What was signed once is no use a second time, not even in the same browser.
    sign_out(page)
    assert send_again(page, site, answer) == 403

    # The twin that asks everybody the same question takes it, once its holder has signed that.
    ask = passkeys.Fido2Server.authenticate_begin
    same = {"challenge": b"0" * 32}
    monkeypatch.setattr(passkeys.Fido2Server, "authenticate_begin", lambda self, **more: ask(self, **more | same))
    answer = signs_in_by_passkey(page, site)
    sign_out(page)
    assert send_again(page, site, answer) == 403  # the count of signatures gives the copy away
    Passkey.objects.update(sign_count=0)
    assert send_again(page, site, answer) == 302


def test_a_passkey_without_its_holder_does_not_open(page, site):
    """A stolen device whose finger, face or PIN is not the thief's."""
    with_authenticator(page, verified=False)
    page.goto(f"{site}/sign-in/")
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("alert").filter(has_text="The passkey was not used")).to_be_visible()
