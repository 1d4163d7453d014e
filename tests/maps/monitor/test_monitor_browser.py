"""The monitor in a real browser: nothing leaves the machine, nothing of people's runs, and silence is seen."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import folium
import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from gis_platform.core import clock
from gis_platform.monitor.models import Alarm
from layers.sensors.models import Observation
from layers.sensors.services import ingest
from maps.monitor.frame import OwnMap
from tests.people import a_user
from tests.stations import a_reading

from .conftest import HOSTILE, check_in

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "maps" / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ON_A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city_of_jelgava")]


class Visit:
    """A page of the monitor, and what it asked for and complained about."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        # The test's server does not say what WhiteNoise says of public files; see test_static_files_may_be_read.
        self.page.route("**/*.woff2", _readable_by_anybody)

    def open(self, path: str = "/monitor/") -> Page:
        self.page.goto(self.address + path)
        return self.page

    @property
    def frame(self) -> Frame:
        """The map, once folium and our script have drawn it."""
        frame = self.page.locator("iframe").element_handle().content_frame()
        frame.wait_for_selector(".folium-map[aria-label] .ground, .folium-map[aria-label] .sensor", state="attached")
        return frame


def _readable_by_anybody(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, headers=answer.headers | {"access-control-allow-origin": "*"})


@pytest.fixture
def visit(browser: Browser, transactional_db, live_server, request) -> Iterator[Visit]:
    options = {"viewport": DESK, "locale": "en", "service_workers": "block"} | getattr(request, "param", {})
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    visit = Visit(context, live_server.url)
    yield visit
    visit.page.unroute_all(behavior="wait")  # a font that is still on its way would be answered to nobody
    context.close()
    Observation.objects.all().delete()  # not managed by Django, so no flush empties the table
    for connection in connections.all():
        connection.close_pool()


def as_operator(visit: Visit) -> None:
    client = Client()
    client.force_login(a_user("operator"))
    session = client.cookies["sessionid"].value
    visit.context.add_cookies([{"name": "sessionid", "value": session, "url": visit.address}])


def row(page: Page, stream):
    return page.locator(f'tr[data-stream="{stream.key}"]')


def test_no_request_leaves_the_machine_and_nothing_is_complained_about(visit, speaking, silent, library):
    check_in(library, people=5)
    page = visit.open()
    assert visit.frame.locator(".sensor, .place, .cell").count() == 4
    page.locator("button.spark").first.click()
    expect(page.locator(".course-dialog .chart")).to_be_visible()
    page.wait_for_timeout(500)
    addresses = [urlsplit(url) for url in visit.requests if not url.startswith("data:")]
    assert {address.netloc for address in addresses} == {urlsplit(visit.address).netloc}
    assert {"/monitor/map/", "/static/vendor/leaflet/leaflet.js"} <= {address.path for address in addresses}
    assert visit.complaints == []  # a breach of a content security policy would be among them


def test_hostile_names_are_shown_and_never_run(visit, hostile):
    page = visit.open()
    title = page.title()
    frame = visit.frame
    frame_title = frame.title()
    for selector in (".sensor", ".place", ".cell"):
        for shape in frame.locator(selector).all():
            shape.dispatch_event("click")
            expect(frame.locator(".leaflet-popup strong").last).not_to_be_empty()
            page.wait_for_timeout(150)
    names = frame.locator(".leaflet-popup strong").all_inner_texts()
    assert page.get_by_text(HOSTILE).count() >= 2
    assert names
    page.locator("button.spark").last.click()
    expect(page.locator("[data-course-title]")).to_contain_text("Air temperature")
    page.wait_for_timeout(500)
    assert (page.title(), frame.title()) == (title, frame_title)
    assert frame.locator("img[src='x'], main script").count() == 0
    assert page.locator("img[src='x']").count() == 0
    assert visit.complaints == []


def test_a_map_that_is_given_such_a_name_would_run_it(visit):
    """The canary: were a name passed to folium, as its examples do, the tests above would see it run."""
    twin = OwnMap()
    folium.Marker([56.65, 23.72], tooltip=HOSTILE.removesuffix("`")).add_to(twin)
    figure = twin.get_root()
    figure.render()
    page = visit.context.new_page()
    page.set_content(figure.html.render())
    page.add_script_tag(path=ROOT / "maps" / "frontend" / "vendor" / "leaflet" / "leaflet.js")
    page.add_script_tag(content=figure.script.render())
    assert page.title() == "1"


def test_a_hostile_name_stands_in_the_popup_as_it_was_written(visit, hostile):
    visit.open()
    visit.frame.locator(".place").dispatch_event("click")
    expect(visit.frame.locator(".leaflet-popup strong")).to_have_text(HOSTILE)


def test_the_frame_cannot_reach_the_page(visit, speaking):
    visit.open()
    frame = visit.frame
    assert frame.evaluate("origin") == "null"
    assert "blocked" in frame.evaluate(
        "(() => { try { return parent.document.title } catch (e) { return 'blocked' } })()"
    )
    assert "blocked" in frame.evaluate("(() => { try { return document.cookie } catch (e) { return 'blocked' } })()")


def test_a_new_reading_appears_by_itself(visit, speaking):
    page = visit.open()
    expect(row(page, speaking).locator("[data-value]")).to_have_text("20.5")
    expect(visit.frame.locator(".reading")).to_have_text("20.5\u00a0°C")
    ingest([a_reading(22.3, time=clock.now(), stream=speaking.key)], sender="test")
    expect(row(page, speaking).locator("[data-value]")).to_have_text("22.3", timeout=15_000)
    expect(row(page, speaking).locator("time")).to_have_text("just now")
    expect(visit.frame.locator(".reading")).to_have_text("22.3\u00a0°C")


def test_a_lost_connection_is_told_and_found_again(visit, speaking):
    page = visit.open()
    expect(page.locator("[data-live-box]")).to_have_attribute("data-state", "live")
    page.route("**/api/v1/sensors/latest", lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("No connection", timeout=15_000)
    page.unroute("**/api/v1/sensors/latest")
    expect(page.locator("[data-lost]")).to_be_hidden(timeout=15_000)


def test_an_answer_from_a_store_is_no_sign_of_life(visit, speaking):
    """A service worker may answer from its store when the network is gone: the tag that we have, and status 200."""
    with visit.page.expect_response("**/api/v1/sensors/latest") as answer:
        page = visit.open()
    kept = {"status": 200, "headers": answer.value.headers, "body": answer.value.body()}
    expect(page.locator("[data-live-box]")).to_have_attribute("data-state", "live")
    page.route("**/api/v1/sensors/latest", lambda route: route.fulfill(**kept))
    expect(page.get_by_role("alert")).to_contain_text("No connection", timeout=15_000)


def test_it_can_be_paused(visit, speaking):
    page = visit.open()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-live-state]")).to_have_text("Paused")
    asked = len(visit.requests)
    page.wait_for_timeout(11_000)
    assert not [url for url in visit.requests[asked:] if url.endswith("/sensors/latest")]
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("[data-live-state]")).to_have_text("Live")


def test_the_map_and_the_table_lead_to_each_other_by_keyboard(visit, speaking, silent):
    page = visit.open()
    frame = visit.frame
    button = page.get_by_role("button", name="On the map: Noise meter")
    button.focus()
    button.press("Enter")
    expect(frame.locator(".leaflet-popup")).to_contain_text("Noise meter")
    expect(frame.locator(".leaflet-popup")).to_contain_text("Silent")
    expect(frame.get_by_role("button", name="Show in the table")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#sensor-{silent.sensor_id} [data-name]")).to_be_focused()


def test_one_kind_and_one_layer_are_chosen_without_loading_again(visit, speaking, silent, library):
    page = visit.open()
    frame = visit.frame
    page.get_by_role("navigation", name="Sensors of one kind").get_by_role("link", name="Noise").click()
    expect(row(page, speaking)).to_be_hidden()
    expect(row(page, silent)).to_be_visible()
    expect(frame.locator(".sensor:not(.other-kind)")).to_have_count(1)
    assert "category=noise" in page.url
    page.get_by_role("button", name="Smart places").click()
    expect(frame.locator(".place")).to_be_hidden()
    assert sum(url.endswith("/monitor/") for url in visit.requests) == 1


def test_a_streams_day_opens_as_a_chart_and_a_table(visit, speaking):
    page = visit.open()
    page.get_by_role("button", name="Last 24 hours: Air temperature, Weather station").press("Enter")
    dialog = page.get_by_role("dialog", name="Air temperature, Weather station")
    expect(dialog.get_by_role("img", name="From 20.5 °C to 20.5 °C, lastly 20.5 °C")).to_be_visible()
    assert dialog.locator("tbody td").all_inner_texts() == ["20.5", "20.5", "20.5"]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_day_that_cannot_be_loaded_says_so_and_can_be_asked_again(visit, speaking):
    page = visit.open()
    page.route("**/history?*", lambda route: route.fulfill(status=500))
    page.locator("button.spark").click()
    expect(page.locator(".course-dialog")).to_contain_text("The last 24 hours could not be loaded.")
    page.unroute("**/history?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".course-dialog .chart")).to_be_visible()


def test_an_operator_takes_note_of_an_alarm(visit, silent):
    as_operator(visit)
    page = visit.open()
    page.get_by_role("button", name="Acknowledge: Noise meter").click()
    expect(page.get_by_text("The alarm is acknowledged.")).to_be_visible()
    expect(page.locator(".alarm")).to_contain_text("acknowledged")
    assert Alarm.objects.unacknowledged().count() == 0


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_tables_stand(visit, speaking, silent):
    page = visit.open("/monitor/?category=noise")
    expect(row(page, silent)).to_contain_text("57")
    expect(row(page, speaking)).to_be_hidden()
    expect(page.locator(".alarm")).to_contain_text("Noise meter")


@pytest.mark.parametrize("visit", [ON_A_PHONE], indirect=True)
def test_on_a_phone_nothing_sticks_out_and_what_is_pressed_is_large_enough(visit, speaking, silent, library):
    check_in(library, people=5)
    page = visit.open()
    page.locator("button.spark").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for selector in (".chip:visible", ".icon-button:visible", "button.spark", "[data-pause]"):
        for thing in page.locator(selector).all():
            box = thing.bounding_box()
            assert min(box["width"], box["height"]) >= 44, (selector, box)


@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}, ON_A_PHONE], indirect=True)
def test_nobody_is_shut_out_by_what_axe_can_see(visit, speaking, silent, library):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in maps/ brings it")
    check_in(library, people=5)
    as_operator(visit)
    page = visit.open()
    frame = visit.frame
    page.locator("button.spark").first.wait_for()
    frame.locator(".sensor").first.dispatch_event("click")
    frame.locator(".leaflet-popup strong").wait_for()
    page.wait_for_timeout(400)  # Leaflet lets its popup appear by and by
    assert violations(page) == []
    assert violations(frame) == []
    page.locator("button.spark").first.click()
    page.locator(".course-dialog .chart").wait_for()
    assert violations(page) == []


def violations(page: Page | Frame) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false}).then(r => r.violations)")
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
