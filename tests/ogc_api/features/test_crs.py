"""Coordinate systems (OGC API Features Part 2): the axes come in the order of the register.

Expected coordinates are those of PROJ for the castle of Jelgava, 23.7344 E, 56.6556 N.
"""

import pytest
from pyproj import CRS, Transformer

from gis_platform.core.crs import CRS84, CRS_OFFERED

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SRIDS = (4326, 3857, 3059, 3346, 25884)
CASTLE = (23.7344, 56.6556)


def in_register_order(srid, lon=CASTLE[0], lat=CASTLE[1]):
    # Without always_xy, PROJ answers in the order of the register.
    return Transformer.from_crs("OGC:CRS84", srid).transform(lon, lat)


def coordinates(feature):
    return feature["geometry"]["coordinates"]


@pytest.mark.parametrize("srid", SRIDS)
def test_a_page_and_an_item_are_in_the_system_asked_for(client, castle, srid):
    uri = f"{EPSG}{srid}"
    page = client.get(ITEMS, {"crs": uri})
    one = client.get(f"{ITEMS}/{castle.id}", {"crs": uri})
    assert page.headers["Content-Crs"] == one.headers["Content-Crs"] == f"<{uri}>"
    for feature in (page.json()["features"][0], one.json()):
        assert coordinates(feature) == pytest.approx(in_register_order(srid), abs=1e-7 if srid == 4326 else 1e-3)
        assert "crs" not in feature["geometry"]


def test_latitude_or_northing_comes_first_where_the_register_says_so(client, castle):
    first = {srid: coordinates(client.get(ITEMS, {"crs": f"{EPSG}{srid}"}).json()["features"][0])[0] for srid in SRIDS}
    assert first[4326] == pytest.approx(56.6556)
    assert first[3857] == pytest.approx(2_642_101, abs=1)  # an easting
    assert first[3059] == pytest.approx(279_000, abs=2_000)  # northings, of a grid that begins 6,000 km north
    assert first[3346] == pytest.approx(6_282_000, abs=6_000)


def test_without_a_wish_it_is_longitude_and_latitude(client, castle):
    response = client.get(ITEMS)
    assert response.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert coordinates(response.json()["features"][0]) == list(CASTLE)


@pytest.mark.parametrize("srid", SRIDS)
def test_a_box_is_read_in_its_own_system(client, castle, church, srid):
    first, second = in_register_order(srid)
    reach = 0.001 if srid == 4326 else 100
    box = f"{first - reach},{second - reach},{first + reach},{second + reach}"
    found = client.get(ITEMS, {"bbox": box, "bbox-crs": f"{EPSG}{srid}"}).json()
    assert [f["id"] for f in found["features"]] == [castle.id]
    assert found["numberMatched"] == 1


@pytest.mark.parametrize("srid", SRIDS)
def test_a_filter_is_read_in_its_own_system(client, castle, church, srid):
    first, second = in_register_order(srid)
    reach = 0.001 if srid == 4326 else 100
    corners = [(first - reach, second - reach), (first + reach, second - reach), (first + reach, second + reach)]
    corners = [*corners, (first - reach, second + reach), corners[0]]
    ring = ", ".join(f"{x} {y}" for x, y in corners)
    query = {"filter": f"S_INTERSECTS(geometry, POLYGON(({ring})))", "filter-crs": f"{EPSG}{srid}"}
    assert [f["id"] for f in client.get(ITEMS, query).json()["features"]] == [castle.id]


def test_areas_on_the_edge_of_a_box_on_another_grid_are_met_exactly(client, city_of_jelgava, db):
    """A box of a metric grid is no box in degrees: what lies only in its surroundings is not in it."""
    north, east = in_register_order(3059, 23.7, 56.6)
    query = {"bbox": f"{north},{east},{north + 10},{east + 10}", "bbox-crs": f"{EPSG}3059"}
    assert client.get("/ogc/collections/boundaries/items", query).json()["features"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"crs": f"{EPSG}2154"},
        {"crs": "EPSG:4326"},
        {"bbox-crs": "", "bbox": "1,2,3,4"},
        {"filter-crs": "nonsense"},
        {"bbox": "1e30,1e30,2e30,2e30", "bbox-crs": f"{EPSG}3059"},
        {"bbox": "500000,200000,400000,300000", "bbox-crs": f"{EPSG}3857"},
    ],
)
def test_it_refuses_systems_and_boxes_that_are_not_offered(client, castle, query):
    response = client.get(ITEMS, query)
    assert (response.status_code, response.json()["code"]) == (400, "invalid-parameter")


def test_each_system_has_its_own_etag(client, castle):
    plain = client.get(f"{ITEMS}/{castle.id}").headers["ETag"]
    metric = client.get(f"{ITEMS}/{castle.id}", {"crs": f"{EPSG}3059"}).headers["ETag"]
    assert plain != metric
    again = client.get(f"{ITEMS}/{castle.id}", {"crs": f"{EPSG}3059"}, headers={"If-None-Match": metric})
    assert again.status_code == 304


def test_a_collection_names_the_systems(client, castle):
    document = client.get("/ogc/collections/tourism", {"f": "json"}).json()
    assert document["storageCrs"] == CRS84.uri
    assert document["crs"] == list(CRS_OFFERED) == [CRS84.uri, *(f"{EPSG}{srid}" for srid in SRIDS)]


@pytest.mark.parametrize("srid", SRIDS)
def test_the_order_of_the_axes_is_that_of_the_register(srid):
    assert CRS_OFFERED[f"{EPSG}{srid}"].northing_first is (CRS.from_epsg(srid).axis_info[0].direction == "north")
