"""Checking in by hand, in a real browser: position, answer, refusal, a network that fails, and no script at all."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from layers.places.models import Beacon
from layers.places.services import label_token
from tests.people import LIBRARY, a_beacon, a_resident
from tests.rules.benefits.programmes import a_programme, definition, put_in_force

from .conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city_of_jelgava")]
AXE = ROOT / "maps" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en", "service_workers": "block"}
AT_THE_DOOR = {"longitude": LIBRARY.x, "latitude": LIBRARY.y, "accuracy": 12}
FAR_AWAY = AT_THE_DOOR | {"latitude": LIBRARY.y + 0.05}
ALLOWED = {"permissions": ["geolocation"], "geolocation": AT_THE_DOOR}


@pytest.fixture
def beacon(transactional_db) -> Beacon:
    return a_beacon()


@pytest.fixture
def anna(transactional_db) -> Resident:
    return a_resident()


@pytest.fixture
def context(browser: Browser, live_server, anna, request) -> Iterator[BrowserContext]:
    """Anna's phone, which tells its position; parametrise indirectly with options of a browser context for another."""
    context = browser.new_context(**PHONE | getattr(request, "param", ALLOWED))
    context.set_default_timeout(20_000)
    client = Client()
    client.force_login(anna.user)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context
    context.close()
    for connection in connections.all():
        connection.close_pool()


@pytest.fixture
def page(context, live_server, beacon) -> Page:
    """Opened by the label."""
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/q/{label_token(beacon)}")
    return page


def press(page: Page, name: str = "Check in") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def answer(page: Page):
    return page.locator("[data-check-in-answer]")


def test_the_button_checks_in_and_says_what_was_earned(page, anna):
    written = definition(effect={"kind": "points", "points": 25}, triggers=["check-in"])
    written["rules"][0]["target"] = {"kind": "receipt"}
    put_in_force(a_programme("visits", name_en="Library visits"), written, first_day=clock.today())
    expect(page.get_by_text("Your browser will ask for your position.")).to_be_visible()
    press(page)
    expect(page.get_by_role("heading", name="You are checked in")).to_be_focused()
    expect(answer(page)).to_contain_text("Points earned: 35")
    expect(answer(page)).to_contain_text("Library visits")
    expect(page.get_by_role("button", name="Check in", exact=True)).to_be_hidden()
    assert [(record.decision, record.points) for record in anna.check_ins.all()] == [("accepted", 35)]
    assert page.complaints == []  # a breach of the content security policy would be among them
    page.goto(f"{page.url.partition('/places/')[0]}/me/")
    expect(page.locator(".my-card")).to_contain_text("35")


@pytest.mark.parametrize("context", [{"permissions": []}], indirect=True)
def test_without_a_position_the_page_says_what_would_help(page, anna):
    press(page)
    expect(page.get_by_role("heading", name="A stronger proof is needed")).to_be_focused()
    expect(answer(page)).to_contain_text("show your card at the desk")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert page.complaints == []


@pytest.mark.parametrize("context", [ALLOWED | {"geolocation": FAR_AWAY}], indirect=True)
def test_a_new_press_after_a_refusal_is_weighed_anew(page, context, anna):
    press(page)
    expect(page.get_by_role("heading", name="You are not checked in")).to_be_focused()
    expect(answer(page)).to_contain_text("You are far from the place of this label")
    context.set_geolocation(AT_THE_DOOR)
    press(page, "Try again")
    expect(page.get_by_role("heading", name="You are checked in")).to_be_focused()


def test_a_lost_answer_is_asked_for_again_and_counts_once(page, anna):
    keys = []

    def lose(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        route.fetch()  # the server has checked in, and the phone never hears of it
        return route.abort()

    page.route("**/api/v1/check-ins", lose)
    press(page)
    expect(page.get_by_role("heading", name="The network does not answer")).to_be_focused()
    press(page, "Try again")
    expect(page.get_by_role("heading", name="You are checked in")).to_be_focused()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert anna.check_ins.count() == 1


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_form_goes_by_itself(page, anna, beacon):
    press(page)
    expect(page.locator(".messages")).to_contain_text("A stronger proof is needed. Allow the app")
    assert urlsplit(page.url).path == f"/places/places/{beacon.place_id}/"
    assert anna.check_ins.count() == 1


def test_the_map_of_the_place_covers_nothing(page):
    drawing = page.locator(".place-map canvas").bounding_box()
    assert drawing["y"] >= page.locator(".place-sheet").bounding_box()["y"]


def test_nobody_is_shut_out_by_what_axe_can_see(page, live_server):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in maps/ brings it")
    assert violations(page) == []
    press(page)
    expect(page.get_by_role("heading", name="You are checked in")).to_be_focused()
    assert violations(page) == []
    page.goto(f"{live_server.url}/me/")
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
