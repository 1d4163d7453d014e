"""A stranger enters a city's published fare rules by the form alone; then the decisions give the right cents."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from rules.benefits import services
from rules.benefits.facts import RECEIPT, Case, ResidentFacts
from rules.benefits.models import ProgrammeVersion
from rules.engine.receipt import Line
from tests.people import a_user

AXE = Path(__file__).resolve().parents[3] / "maps" / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
MONDAY = date(2026, 9, 7)
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city_of_jelgava")]


class Visit:
    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.route("**/*.woff2", lambda route: route.fulfill(status=204))

    def sign_in(self, user) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": value, "url": self.address}])

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def visit(browser: Browser, transactional_db, live_server, request) -> Iterator[Visit]:
    options = {"viewport": DESK, "locale": "en", "service_workers": "block"} | getattr(request, "param", {})
    context = browser.new_context(**options)
    context.set_default_timeout(15_000)
    yield Visit(context, live_server.url)
    context.close()
    for connection in connections.all():
        connection.close_pool()


def fill(page: Page, name: str, text: str) -> None:
    page.locator(f'[name="{name}"]').fill(text)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'select[name="{name}"]').select_option(value)


def unfold(page: Page, rule: int, section: str) -> None:
    part = page.locator(f'[data-row="rules.{rule}"] details.part-{section}')
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()


def add(page: Page, address: str, row: int) -> None:
    page.locator(f'button[value="add:{address}"]').click()
    expect(page.locator(f'[data-row="{address}.{row}"]')).to_be_visible()


def begin_rule(page: Page, place: int, code: str) -> None:
    fill(page, f"rules.{place}.id", code)
    choose(page, f"rules.{place}.target.kind", "lines")
    fill(page, f"rules.{place}.target.categories", "bus-ticket")


def per_cent(page: Page, place: int, text: str) -> None:
    choose(page, f"rules.{place}.effect.kind", "percent")
    fill(page, f"rules.{place}.effect.basis_points", text)


def enter_fares(page: Page) -> None:
    for name, text in {
        "code": "city-fares",
        "name_en": "City fares",
        "legal_act": "Decision of the council",
        "legal_number": "2025-118",
        "legal_date": "2025-12-01",
        "funder": "city",
        "first_day": "2026-01-01",
    }.items():
        fill(page, name, text)
    # Children under 7 ride free.
    begin_rule(page, 0, "children")
    unfold(page, 0, "who")
    fill(page, "rules.0.when.age_to", "6")
    per_cent(page, 0, "100")
    # From 65 on half the fare, Monday to Friday from 9 to 15, rounded to 5 cents.
    add(page, "rules", 1)
    begin_rule(page, 1, "off-peak")
    unfold(page, 1, "who")
    fill(page, "rules.1.when.age_from", "65")
    unfold(page, 1, "when")
    add(page, "rules.1.when.week", 0)
    for day in range(1, 6):
        page.locator(f'[name="rules.1.when.week.0.days"][value="{day}"]').check()
    fill(page, "rules.1.when.week.0.from", "09:00")
    fill(page, "rules.1.when.week.0.to", "15:00")
    per_cent(page, 1, "50")
    fill(page, "rules.1.effect.rounding.step_cents", "0,05")
    # A transfer within 60 minutes of the first ride is free.
    add(page, "counters", 0)
    fill(page, "counters.0.code", "rides")
    choose(page, "counters.0.counts", "units")
    choose(page, "counters.0.period", "minutes")
    fill(page, "counters.0.minutes", "60")
    fill(page, "counters.0.categories", "bus-ticket")
    add(page, "rules", 2)
    begin_rule(page, 2, "transfer")
    unfold(page, 2, "further")
    add(page, "rules.2.when.numbers", 0)
    choose(page, "rules.2.when.numbers.0.fact", "counter.rides")
    fill(page, "rules.2.when.numbers.0.least", "1")
    per_cent(page, 2, "100")
    # Nobody pays more than 3.60 euros a day.
    add(page, "counters", 1)
    fill(page, "counters.1.code", "paid-today")
    choose(page, "counters.1.counts", "paid-cents")
    choose(page, "counters.1.period", "day")
    fill(page, "counters.1.categories", "bus-ticket")
    add(page, "rules", 3)
    begin_rule(page, 3, "daily-cap")
    choose(page, "rules.3.effect.kind", "pay-at-most")
    fill(page, "rules.3.effect.cents", "3.60")
    fill(page, "rules.3.effect.counter", "paid-today")
    unfold(page, 3, "group")
    fill(page, "rules.3.group.code", "fare-cap")


def ride(handle: str, at: datetime, *, age: int = 40, cents: int = 150) -> int:
    born = date(at.year - age, 1, 1)
    line = Line(id="1", category="bus-ticket", amount_cents=cents)
    case = Case(
        trigger=RECEIPT,
        at=at,
        resident=ResidentFacts(handle=handle, birth_date=born),
        terminal="device:1",
        merchant="merchant:1",
        lines=(line,),
    )
    return services.decide(case, key=f"{handle} {at.isoformat()}").discount_cents


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    """On the wall clock of Jelgava, which is three hours ahead in September."""
    return datetime(day.year, day.month, day.day, hour - 3, minute, tzinfo=UTC)


def test_fare_rules_entered_by_the_form_alone_give_the_right_cents(visit):
    author, approver = a_user("clerk", username="author"), a_user("clerk", username="approver")
    visit.sign_in(author)
    page = visit.open("/programmes/_new/")
    enter_fares(page)
    expect(page.locator("[data-words]")).to_contain_text("65")
    page.locator('button[value="save"]').click()
    expect(page.locator("h1")).to_contain_text("City fares, version 1")
    page.locator('button[value="submit"]').click()
    expect(page.locator("h1")).to_contain_text("Waiting for approval")
    page = visit.open("/programmes/city-fares/")
    page.locator("summary", has_text="Set a budget").click()
    fill(page, "first_day", "2026-01-01")
    fill(page, "last_day", "2026-12-31")
    fill(page, "limit", "5000")
    page.get_by_role("button", name="Set the budget").click()
    expect(page.locator(".budgets")).to_contain_text("€5,000.00")
    visit.sign_in(approver)
    page = visit.open("/programmes/city-fares/versions/1/")
    for seen in page.locator('[name="seen"]').all():
        seen.check()
    page.locator('button[value="approve"]').click()
    expect(page.locator("h1 .tag")).to_have_text("Active")
    assert ProgrammeVersion.objects.get().approver == approver
    assert visit.complaints == []
    visit.context.close()

    assert ride("child", at(8), age=6) == 150
    assert ride("pupil", at(8), age=7) == 0
    # Half of 1.50 is 0.75; half of 1.30 is 0.65; half of 1.25 is 0.625, to steps of 5 cents 0.65 (13 halves up).
    assert ride("old", at(9), age=65) == 75
    assert ride("older", at(14, 59), age=80, cents=125) == 65
    assert ride("early", at(8, 59), age=65) == 0
    assert ride("late", at(15), age=65) == 0
    assert ride("weekend", at(10, day=MONDAY + timedelta(days=5)), age=65) == 0
    # A second ride 59 minutes after the first is a transfer; 61 minutes after, it opens a new hour.
    assert [ride("transfer", at(16)), ride("transfer", at(16, 59)), ride("transfer", at(17, 1))] == [0, 150, 0]
    # 1.50 + 1.50 leave 0.60 of the day's 3.60; then nothing is paid, and the next day begins anew.
    rides = [ride("commuter", at(hour)) for hour in (6, 8, 10, 12)]
    assert rides == [0, 0, 90, 150]
    assert ride("commuter", at(6, day=MONDAY + timedelta(days=1))) == 0


def test_a_row_goes_and_comes_back_by_the_keyboard(visit):
    visit.sign_in(a_user("clerk"))
    page = visit.open("/programmes/_new/")
    add(page, "caps", 0)
    expect(page.locator('[name="caps.0.code"]')).to_be_focused()
    page.keyboard.type("four-a-day")
    remove = page.locator('button[value="remove:caps.0"]')
    remove.focus()
    page.keyboard.press("Enter")
    undo = page.locator('button[value="undo:caps.0"]')
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[name="caps.0.code"]')).to_have_value("four-a-day")
    assert visit.complaints == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_every_button_sends_the_form(visit):
    visit.sign_in(a_user("clerk"))
    page = visit.open("/programmes/_new/")
    fill(page, "name_en", "City fares")
    page.locator('button[value="add:caps"]').click()
    expect(page.locator('[name="caps.0.code"]')).to_be_visible()
    expect(page.locator('[name="name_en"]')).to_have_value("City fares")
    page.locator('button[value="save"]').click()
    expect(page.locator("[data-first-look]")).to_contain_text("Nothing was saved")


@pytest.mark.parametrize("visit", [{"viewport": DESK}, {"viewport": PHONE}], indirect=True, ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["", "_new/", "_import/"])
def test_the_pages_have_no_fault_that_axe_knows_and_fit_their_width(visit, path):
    if not AXE.exists():
        pytest.skip("axe is not installed: run npm ci in maps/")
    visit.sign_in(a_user("clerk"))
    page = visit.open(f"/programmes/{path}")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
