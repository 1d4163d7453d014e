"""The map in a real browser: drawn by our files alone, and as good by keyboard, without WebGL, script or network."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import ROOT, RunningCity

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
AXE = ROOT / "maps" / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest);
};
"""
CARD = """
<article class="place" data-longitude="23.727" data-latitude="56.651" data-kind="weather">
<h2 data-place-name>Station</h2><a data-show-on-map href="/">Map</a><a data-place-page href="/">Page</a>
<button data-share></button><div data-live></div>
</article>
"""
TOWER = "Holy Trinity Church Tower"


class Visit:
    """A page, and what it asked for and complained about."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def visit(browser: Browser, city: RunningCity, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """On a desk; parametrise indirectly with options of a browser context for another reader."""
    options = {"viewport": DESK, "locale": "en", "service_workers": "block"} | getattr(request, "param", {})
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    yield Visit(context, city.url)
    context.close()


A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
on_a_phone = pytest.mark.parametrize("visit", [A_PHONE], indirect=True)


def entry(page: Page, name: str = TOWER):
    return page.locator(".entries .entry", has_text=name)


def wait_for_the_map(page: Page) -> None:
    page.wait_for_selector("canvas.maplibregl-canvas")
    expect(page.locator("[data-list-title]")).to_contain_text("In view")


def test_no_request_leaves_the_machine_and_nothing_is_complained_about(visit):
    wait_for_the_map(page := visit.open())
    page.get_by_role("link", name=TOWER).click()
    page.get_by_role("heading", name=TOWER).wait_for()
    page.wait_for_timeout(500)
    asked = {urlsplit(url).netloc for url in visit.requests if not url.startswith(("data:", "blob:"))}
    assert asked == {urlsplit(visit.address).netloc}
    assert any("/ogc/tiles/WebMercatorQuad/" in url for url in visit.requests)
    assert any(url.endswith("noto-sans-latin-ext-400-normal.woff2") for url in visit.requests)
    assert visit.complaints == []  # a breach of the content security policy would be among them


def test_the_list_shows_what_is_in_view_nearest_first(visit):
    wait_for_the_map(page := visit.open())
    expect(entry(page)).to_contain_text("Viewpoint · Tourism")
    names = page.locator(".entry-name").all_inner_texts()
    assert names == ["City library", TOWER]  # 60 m and 160 m from the start
    page.get_by_label("Sort").select_option("layer")
    assert page.locator(".entry-name").all_inner_texts() == [TOWER, "City library"]
    page.get_by_role("button", name="Tourism", exact=True).click()
    assert page.locator(".entry-name").all_inner_texts() == [TOWER]


def test_a_place_opens_by_keyboard_and_gives_the_focus_back(visit):
    wait_for_the_map(page := visit.open())
    entry(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-place-name]")).to_be_focused()
    expect(page.locator(".place")).to_contain_text("Nine floors & a view.")
    assert re.search(r"at=tourism/\d+", page.url)
    page.keyboard.press("Escape")
    expect(entry(page)).to_be_focused()
    assert "at=" not in page.url


def test_back_closes_an_open_place_and_a_link_opens_it(visit, city):
    wait_for_the_map(page := visit.open())
    entry(page).click()
    page.get_by_role("heading", name=TOWER).wait_for()
    page.go_back()
    expect(entry(page)).to_be_visible()
    page.goto("about:blank")
    visit.open(f"/#at=tourism/{city.tower_id}")
    expect(page.get_by_role("heading", name=TOWER)).to_be_visible()


def test_a_press_on_the_map_opens_what_lies_there(visit, city):
    page = visit.open("/#map=16.00/56.65190/23.72900")
    wait_for_the_map(page)
    expect(entry(page)).to_be_visible()
    page.wait_for_timeout(800)
    # The middle of the map's free part: the panel and its margins cover 424 pixels of the left side.
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + 424 + (box["width"] - 424) / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", name=TOWER)).to_be_visible()


def test_search_works_by_keyboard_in_any_language(visit):
    wait_for_the_map(page := visit.open())
    field = page.get_by_role("combobox", name="Search for a place by name")
    field.press_sequentially("trejybes")
    option = page.get_by_role("option", name=re.compile(TOWER))
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Enter")
    expect(page.locator("[data-place-name]")).to_be_focused()


def test_search_says_when_it_finds_nothing_and_when_it_fails(visit):
    wait_for_the_map(page := visit.open())
    page.locator("#search").fill("<b>zzz")
    expect(page.locator("[data-search-results]")).to_contain_text("Nothing was found for “<b>zzz”.")
    page.route("**/api/v1/search*", lambda route: route.fulfill(status=503))
    page.locator("#search").fill("torn")
    expect(page.locator("[data-search-results]")).to_contain_text("The search does not answer just now.")
    page.unroute("**/api/v1/search*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("option", name=re.compile(TOWER))).to_be_visible()


def test_layers_are_switched_and_remembered(visit):
    wait_for_the_map(page := visit.open())
    page.get_by_role("button", name="Layers and legend").click()
    page.get_by_role("switch", name="Tourism").click()
    page.keyboard.press("Escape")
    expect(entry(page)).to_have_count(0)
    expect(entry(page, "City library")).to_be_visible()
    expect(page).to_have_url(re.compile("#.*layers="))
    visit.open("/")  # the next visit, without the address
    wait_for_the_map(page)
    expect(entry(page, "City library")).to_be_visible()
    expect(entry(page)).to_have_count(0)


def test_without_webgl_the_list_shows_the_city(visit):
    visit.context.add_init_script(NO_WEBGL)
    page = visit.open()
    expect(page.get_by_text("This browser cannot draw the map.")).to_be_visible()
    expect(entry(page)).to_be_visible()
    entry(page).click()
    expect(page.get_by_role("heading", name=TOWER)).to_be_visible()
    assert visit.complaints == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_there_are_pages(visit):
    page = visit.open()
    page.locator("#search").fill("bokstas")
    page.locator("#search").press("Enter")
    assert page.locator(".entry-name").all_inner_texts() == [TOWER]
    entry(page).click()
    assert page.locator("h1").inner_text() == TOWER


def test_a_list_that_cannot_be_loaded_says_so_and_can_be_asked_again(visit):
    visit.context.add_init_script(NO_WEBGL)
    visit.page.route("**/sensors/latest", lambda route: route.abort())  # a new reading would ask for the list again
    visit.page.route("**/items?*", lambda route: route.fulfill(status=500))
    page = visit.open()
    expect(page.get_by_text("The list could not be loaded.")).to_be_visible()
    page.unroute("**/items?*")
    page.get_by_role("button", name="Try again").click()
    expect(entry(page)).to_be_visible()


@on_a_phone
def test_on_a_phone_the_panel_is_a_sheet_of_three_heights(visit):
    wait_for_the_map(page := visit.open())
    height = lambda: round(page.locator("[data-panel]").bounding_box()["height"])  # noqa: E731
    page.wait_for_timeout(400)
    half = height()
    handle = page.locator("[data-panel-handle]")
    handle.focus()
    handle.press("Enter")
    page.wait_for_timeout(400)
    full = height()
    handle.press("Enter")
    page.wait_for_timeout(400)
    assert height() < half < full
    expect(handle).to_have_attribute("aria-expanded", "false")


@on_a_phone
def test_what_is_pressed_on_a_phone_is_large_enough(visit):
    wait_for_the_map(page := visit.open())
    for selector in (".map-button:visible", ".entry", ".menu-button", "[data-locate]"):
        for thing in page.locator(selector).all():
            box = thing.bounding_box()
            assert min(box["width"], box["height"]) >= 44, selector
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize(
    "visit",
    [
        {"geolocation": {"longitude": 23.7290, "latitude": 56.6519, "accuracy": 30}, "permissions": ["geolocation"]},
    ],
    indirect=True,
)
def test_the_readers_position_stays_in_the_browser(visit):
    wait_for_the_map(page := visit.open())
    before = len(visit.requests)
    page.get_by_role("button", name="Show where I am").click()
    expect(page.locator("[data-toast]")).to_contain_text("You are here")
    page.wait_for_timeout(500)
    asked = {urlsplit(url).path for url in visit.requests[before:]}
    assert all(path.startswith(("/ogc/tiles/", "/api/v1/sensors/latest", "/static/")) for path in asked)
    assert not [url for url in visit.requests if "56.6519" in url]


@pytest.mark.parametrize("visit", [{"service_workers": "allow"}], indirect=True)
def test_it_opens_without_a_network(visit):
    wait_for_the_map(page := visit.open())
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now through the worker, which keeps what it sees
    wait_for_the_map(page)
    expect(entry(page)).to_be_visible()
    entry(page).click()
    page.get_by_role("heading", name=TOWER).wait_for()
    visit.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name=TOWER)).to_be_visible()
    expect(page.locator("[data-offline-notice]")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    expect(entry(page)).to_be_visible()


def test_a_reading_that_has_grown_old_does_not_pass_for_live(visit):
    reading = {"stream": "s/t", "property": "air_temperature", "name": "Air temperature", "value": -2.4, "unit": "Cel"}
    when = {"observed_at": "2026-11-23T10:00:00Z", "fresh": True}
    sensor = {"id": 1, "name": "Station", "category": "weather", "lon": 23.727, "lat": 56.651, **when}
    latest = {"sensors": [sensor | {"readings": [reading | when]}]}
    page = visit.page
    page.clock.install()
    page.route("**/sensors/latest", lambda route: route.fulfill(json=latest))
    page.route("**/places/sensors/1/card/", lambda route: route.fulfill(body=CARD, content_type="text/html"))
    visit.open("/#at=sensors/1")
    expect(page.locator("[data-live]")).to_contain_text("−2.4 °C")
    expect(page.locator("[data-live]")).to_contain_text("Live")
    page.unroute("**/sensors/latest")
    page.route("**/sensors/latest", lambda route: route.abort())
    page.clock.run_for(60_000)
    expect(page.locator("[data-live]")).to_contain_text("No fresh reading")
    expect(page.locator("[data-live]")).to_contain_text("−2.4 °C")


@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_nobody_is_shut_out_by_what_axe_can_see(visit, city):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in maps/ brings it")
    wait_for_the_map(page := visit.open())
    assert violations(page) == []
    page.locator("#search").fill("tor")
    page.get_by_role("option").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Clear the search").click()
    page.get_by_role("button", name="Layers and legend").click()
    assert violations(page) == []
    entry_page = visit.open(f"/#at=tourism/{city.tower_id}")
    entry_page.reload()
    page.get_by_role("heading", name=TOWER).wait_for()
    page.locator(".hours summary").click()
    assert violations(page) == []
    visit.open(f"/places/tourism/{city.tower_id}/")
    assert violations(page) == []
    visit.open("/sign-in/")
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    page.evaluate(Path(AXE).read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
