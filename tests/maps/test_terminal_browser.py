"""The terminal in a real browser: a code makes it a device, then it prices, checks and works without a network."""

from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from gis_platform.devices import services as devices
from gis_platform.residents.models import Means
from gis_platform.residents.services import block_means, issue_means
from rules.benefits import vouchers
from rules.benefits.models import Decision, Voucher
from rules.benefits.vouchers import Promise
from rules.loyalty.models import Admission
from rules.loyalty.tickets import booking, tokens
from rules.loyalty.tickets.buyers import Buyer
from tests.people import a_device, a_place, a_resident, a_user
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force
from tests.rules.loyalty.tickets.concerts import a_talk

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city_of_jelgava")]
CARD = "LV-2026-000417"


@pytest.fixture
def page(browser: Browser, transactional_db, live_server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/terminal/")
    yield page
    assert page.complaints == []
    context.close()
    for connection in connections.all():
        connection.close_pool()


@pytest.fixture
def till(page):
    device = a_device("till", code="stall-1", place=a_place())
    page.get_by_label("Registration code").fill(devices.open_registration(device, actor="user:1").lower())
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("button", name="Till", exact=True)).to_have_attribute("aria-pressed", "true")
    return device


@pytest.fixture
def half_price():
    programme = a_programme(name_en="Half price")
    put_in_force(programme, definition({"kind": "percent", "basis_points": 5_000}))
    a_budget(programme)
    return programme


@pytest.fixture
def card():
    return issue_means(a_resident(), kind=Means.Kind.LIBRARY, token=CARD, actor="user:1")


def answer(page: Page):
    return page.locator("[data-answer]")


def read_card(page: Page, token: str, kind: str = "Library card") -> None:
    page.get_by_label("Kind").select_option(kind)
    page.get_by_label("Code, tag or card").fill(token)
    page.get_by_role("button", name="Check", exact=True).click()


def test_a_wrong_code_is_said_and_nothing_is_kept(page):
    page.get_by_label("Registration code").fill("AAAA-AAAA-AAAA-AAAA")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("The registration code is wrong")
    page.reload()
    expect(page.get_by_role("button", name="Register")).to_be_visible()


def test_a_purchase_is_priced_and_taken_back(page, till, half_price, card):
    page.get_by_label("Amount, €").fill("12,50")
    page.get_by_label("Category of goods").fill("bus-ticket")
    read_card(page, CARD)
    expect(answer(page)).to_have_attribute("data-tone", "good")
    expect(answer(page)).to_contain_text("Take off €6.25")
    expect(answer(page)).to_contain_text("To pay: €6.25")
    page.get_by_role("button", name="Take the purchase back").click()
    expect(answer(page)).to_contain_text("The purchase is taken back")
    assert Decision.objects.get().status == "voided"
    block_means(card, actor="user:1")
    page.get_by_role("button", name="Check a card").click()
    read_card(page, CARD)
    expect(answer(page)).to_have_attribute("data-tone", "bad")
    expect(answer(page)).to_contain_text("This card or code is blocked")


def test_without_a_network_a_voucher_is_taken_once_and_told_later(page, till, half_price):
    promise = Promise(
        programme=half_price, funder="city", holder="resident:anna", cents=300, valid_days=7, origin="test:1"
    )
    token = vouchers.token_of(vouchers.issue(promise))
    expect(page.locator("[data-waiting]")).to_have_text("Everything is told")
    page.locator("[data-terminal][data-kept]").wait_for()
    page.context.set_offline(True)
    page.reload()  # from what the browser keeps
    for sentence in ("Voucher accepted: €3.00", "This voucher was taken by this terminal already"):
        read_card(page, token)
        expect(answer(page)).to_contain_text(sentence)
    read_card(page, token[:-4] + "AAAA")
    expect(answer(page)).to_contain_text("This code was not signed by the city")
    read_card(page, CARD)
    expect(answer(page)).to_contain_text("Enter the amount first")
    assert not Voucher.objects.get().redeemed_cents
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_text("Everything is told")
    assert Voucher.objects.get().redeemed_cents == 300


def test_a_door_lets_each_ticket_in_once_with_the_network_and_by_its_list(page, till):
    sale = a_talk()
    sale.doors.add(till)
    orders = [booking.order(sale, Buyer.of(a_user()), {"free": 1}) for _ in range(2)]
    first, second = (tokens.token_of(order.tickets.select_related("order__sale").get()) for order in orders)
    page.get_by_role("button", name="Door", exact=True).click()
    page.get_by_label("Number of the event").fill(str(sale.event_id))
    page.get_by_role("button", name="Load the list").click()
    expect(page.get_by_text("2 tickets on the list")).to_be_visible()
    read_card(page, first)
    expect(answer(page)).to_contain_text("Come in")
    read_card(page, first)
    expect(answer(page)).to_have_attribute("data-tone", "bad")
    page.context.set_offline(True)
    for sentence in ("It is told when the network is back", "This ticket was scanned at this door already"):
        read_card(page, second)
        expect(answer(page)).to_contain_text(sentence)
    expect(page.locator("[data-waiting]")).not_to_have_text("Everything is told")
    read_card(page, "not a ticket")
    expect(answer(page)).to_contain_text("This code was not signed by the city")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_text("Everything is told")
    assert Admission.objects.filter(is_first=True).count() == 2
