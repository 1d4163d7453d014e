"""OSM's tags find their layers by a table that people edit."""

import pytest

from layers.boundaries.models import LandCover
from layers.imports import osm_mapping
from layers.imports.osm_mapping import InvalidMapping
from layers.imports.selecting import layers_for
from layers.places.models import Place
from layers.streets.models import Street
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db

OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="56.65" lon="23.72"><tag k="amenity" v="school"/><tag k="name" v="Skola"/>
  <tag k="name:en" v="School"/>
  <tag k="addr:street" v="Lielā iela"/><tag k="addr:housenumber" v="5"/><tag k="contact:phone" v="+371 63000000"/>
  <tag k="opening_hours" v="Mo-Fr 08:00-17:00"/><tag k="wheelchair" v="designated"/><tag k="website" v="nav"/></node>
 <node id="2" lat="56.651" lon="23.72"><tag k="tourism" v="museum"/><tag k="name" v="Muzejs"/></node>
 <node id="3" lat="56.652" lon="23.72"><tag k="natural" v="tree"/></node>
 <node id="10" lat="56.60" lon="23.70"/><node id="11" lat="56.60" lon="23.71"/><node id="12" lat="56.61" lon="23.71"/>
 <node id="13" lat="56.61" lon="23.70"/>
 <way id="20"><nd ref="10"/><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="10"/><tag k="shop" v="mall"/>
  <tag k="building" v="yes"/><tag k="name" v="Tirgus"/></way>
 <way id="21"><nd ref="10"/><nd ref="12"/><tag k="highway" v="footway"/><tag k="surface" v="asphalt"/></way>
 <way id="22"><nd ref="10"/><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="10"/><tag k="leisure" v="park"/></way>
</osm>
"""


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "jelgava.osm"
    path.write_text(OSM, encoding="utf-8")
    return path


def test_each_feature_goes_to_the_layer_of_its_tags(extract, imported):
    found = {}
    for layer in layers_for("osm"):
        run = imported(extract, layer)
        found[layer] = (run.adds, run.elsewhere, run.unmapped)
    # Six features: three nodes with tags, one line, two areas. Whatever a layer does not take is counted.
    assert found == {
        "places": (2, 3, 1), "tourism": (1, 4, 1), "streets": (1, 4, 1), "land_cover": (1, 4, 1),
        "transit_stops": (0, 5, 1),
    }  # fmt: skip
    assert Street.objects.get().surface == "asphalt"
    assert LandCover.objects.get().kind == "park"
    assert TourismObject.objects.get().source_ref == "node/2"


def test_tags_become_properties(extract, imported):
    run = imported(extract, "places")
    school = Place.objects.get(source_ref="node/1")
    assert (school.category, school.name_lv, school.name_en) == ("school", "Skola", "School")
    assert (school.address, school.phone, school.opening_hours) == (
        "Lielā iela 5",
        "+371 63000000",
        "Mo-Fr 08:00-17:00",
    )
    assert (school.wheelchair, school.website) == ("yes", "")
    assert "left out, website" in run.staged.get(key="node/1").note


def test_an_area_becomes_a_point_where_the_layer_holds_points(extract, imported):
    run = imported(extract, "places")
    mall = Place.objects.get(source_ref="way/20")
    assert (mall.category, mall.geometry.geom_type) == ("shopping", "Point")
    assert run.staged.get(key="way/20").note == "position taken from the shape"


def test_a_second_import_finds_nothing_to_do(extract, imported, counts):
    imported(extract, "places")
    assert counts(imported(extract, "places")) == {"unchanged": 2}


def test_a_file_of_nodes_with_one_tag_each_is_mapped_too(geojson, imported, counts):
    nodes = [
        (None, {"osm_node_id": 1, "name": "Skola", "osm_key": "amenity", "osm_value": "school"}, (23.72, 56.65)),
        (None, {"osm_node_id": 2, "name": None, "osm_key": "amenity", "osm_value": "bench"}, (23.72, 56.65)),
        (None, {"osm_node_id": 3, "name": "Kafija", "osm_key": "amenity", "osm_value": "cafe"}, (23.72, 56.65)),
    ]
    run = imported(geojson(*nodes), "places")
    assert (counts(run), run.elsewhere, run.unmapped) == ({"adds": 1}, 1, 1)
    assert Place.objects.get().source_ref == "node/1"


def test_the_first_row_of_the_table_that_fits_is_taken(tmp_path, settings, extract, imported):
    path = tmp_path / "mapping.csv"
    path.write_text(
        "key,value,geometry,layer,property,entry\nbuilding,yes,area,places,category,other\n"
        "shop,*,area,places,category,shopping\n"
    )
    settings.OSM_MAPPING = str(path)
    run = imported(extract, "places")
    assert (run.adds, run.unmapped) == (1, 5)
    assert Place.objects.get().category == "other"


@pytest.mark.parametrize(
    "row",
    ["shop,*,point,places,category,bazaar", "shop,*,point,places,kind,x", "shop,*,blob,places,category,other", "shop"],
)
def test_a_faulty_row_of_the_table_is_named(tmp_path, settings, row):
    path = tmp_path / "mapping.csv"
    path.write_text(f"key,value,geometry,layer,property,entry\nshop,*,area,places,category,shopping\n{row}\n")
    settings.OSM_MAPPING = str(path)
    with pytest.raises(InvalidMapping, match="Line 3"):
        osm_mapping.load()


def test_our_own_table_fits_our_layers():
    assert len(osm_mapping.load()) > 50
