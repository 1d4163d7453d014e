"""The changing code in a real browser: the same as Python's, kept as a key that cannot be read, without a network."""

import base64
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import expect

from gis_platform.residents import rotating, services
from gis_platform.residents.models import Means
from tests.people import a_resident

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city_of_jelgava")]
SECRET = bytes(range(32))
CARD = "ABCDEFGHIJKLMNOP"
MOMENTS_MS = (0, 29_999, 30_000, 1_795_435_200_000, 1_795_435_229_999, 4_102_444_800_000)
IN_THE_BROWSER = """async ([secret, card, moments]) => {
    const {codeAt, importKey, secondsLeft} = await import('/static/card/rotating.js');
    const key = await importKey(secret);
    const read = await crypto.subtle.exportKey('raw', key).then(() => 'read out', () => 'kept');
    const codes = await Promise.all(moments.map((ms) => codeAt(ms, {key, city: 'JELGAVA', card})));
    return {codes, read, left: moments.map(secondsLeft)};
}"""
PAGE_IS_KEPT = """async () => {
    await navigator.serviceWorker.ready;
    const seen = await caches.open('seen');
    while (!await seen.match('/card/')) await new Promise((go) => setTimeout(go, 50));
}"""


@pytest.fixture
def page(browser, live_server, transactional_db):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_the_phone_and_the_city_make_the_same_codes(page, live_server):
    page.goto(f"{live_server.url}/card/")
    said = page.evaluate(IN_THE_BROWSER, [base64.b64encode(SECRET).decode(), CARD, list(MOMENTS_MS)])
    expected = [
        rotating.code_of(SECRET, datetime.fromtimestamp(ms // 1000, UTC), card=CARD, city="jelgava")
        for ms in MOMENTS_MS
    ]
    assert said == {"codes": expected, "read": "kept", "left": [30, 1, 30, 30, 1, 30]}


def test_a_phone_is_added_and_shows_its_code_without_a_network(page, live_server):
    anna, client = a_resident(), Client()
    client.force_login(anna.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{live_server.url}/card/means/")
    page.get_by_role("button", name="Add this phone").click()
    page.wait_for_url("**/card/")
    canvas = page.locator("canvas[data-code]")
    expect(canvas).to_be_visible()
    assert services.means_behind("qr", canvas.get_attribute("data-code")) == Means.objects.get()
    expect(page.locator("[data-card-left]")).to_contain_text("New code in")
    page.evaluate(PAGE_IS_KEPT)
    page.context.set_offline(True)
    page.reload()
    expect(canvas).to_be_visible()
    assert urlsplit(page.url).path == "/card/"
    assert canvas.get_attribute("data-code").startswith("R1:JELGAVA:")
