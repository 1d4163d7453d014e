"""MapLibre GL, as the map pages ship it, draws our vector tiles in a browser."""

import pytest
from playwright.sync_api import Page

from tests.ogc_api.clients.conftest import CHURCHES, SIGHTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
VIEW = {"center": [23.7145, 56.65], "zoom": 13}
DRAW = """
async ({tiles, view, layer, filter}) => {
    const {Map} = await import('/static/vendor/maplibre-gl/maplibre-gl.mjs');
    document.body.innerHTML = '<div id="canvas" style="width:800px;height:600px"></div>';
    const box = document.getElementById('canvas');
    box.style.width = '800px';
    box.style.height = '600px';
    const drawn = {id: 'points', type: 'circle', source: 'city', 'source-layer': layer, paint: {'circle-radius': 5}};
    const map = new Map({container: box, ...view, style: {
        version: 8,
        sources: {city: {type: 'vector', ...(typeof tiles === 'string' ? {url: tiles} : {tiles, maxzoom: 16})}},
        layers: [filter ? {...drawn, filter} : drawn],
    }});
    const complaints = [];
    map.on('error', (event) => complaints.push(String(event.error)));
    await map.once('idle');
    const found = map.queryRenderedFeatures({layers: ['points']});
    map.remove();
    return {complaints, found: found.map(({id, geometry, properties}) => ({id, geometry, properties}))};
}
"""


@pytest.fixture
def page(browser, served):
    context = browser.new_context(viewport={"width": 900, "height": 700}, service_workers="block")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{served.url}/conformance?f=html")
    yield page
    context.close()


def drawn(page: Page, tiles, *, layer="tourism", only=None):
    answer = page.evaluate(DRAW, {"tiles": tiles, "view": VIEW, "layer": layer, "filter": only})
    assert answer["complaints"] == []
    return {feature["id"]: feature for feature in answer["found"]}


def test_it_draws_every_feature_where_it_lies(page, served):
    found = drawn(page, [f"{served.url}/collections/tourism/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"])
    assert len(found) == SIGHTS
    positions = sorted(feature["geometry"]["coordinates"][0] for feature in found.values())
    # At zoom 13 a tile's unit is 360 / 2^13 / 4096 = 0.00001 degrees.
    assert positions == pytest.approx([23.70 + number / 1000 for number in range(SIGHTS)], abs=0.00002)


def test_it_filters_by_an_attribute_of_the_tile(page, served):
    only = ["==", ["get", "category"], "church"]
    found = drawn(page, [f"{served.url}/collections/tourism/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"], only=only)
    assert len(found) == len(CHURCHES)


def test_the_tile_of_the_whole_city_has_the_layer_by_its_name(page, served):
    assert len(drawn(page, [f"{served.url}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"])) == SIGHTS


def test_tilejson_is_enough_to_draw_by(page, served):
    assert len(drawn(page, f"{served.url}/collections/tourism/tiles/WebMercatorQuad?f=tilejson")) == SIGHTS
