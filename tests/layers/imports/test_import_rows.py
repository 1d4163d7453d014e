"""Single features that cannot be kept are rejected with their reason; the good ones beside them are imported."""

import math

import pytest

from layers.boundaries.models import Boundary
from layers.imports.models import ImportRun, StagedRow
from layers.places.models import Beacon, Place
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db

POINT = (23.7344, 56.6556)
GOOD = ("good", {"name_lv": "Pils", "category": "castle"}, POINT)
BOWTIE = {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.7], [23.8, 56.6], [23.7, 56.7], [23.7, 56.6]]]}
# A square of a hundredth of a degree with a spike that a slip of the hand makes: make_valid takes it off.
SPIKE = {
    "type": "Polygon",
    "coordinates": [
        [[23.7, 56.6], [23.71, 56.6], [23.71, 56.61], [23.71, 56.62], [23.71, 56.61], [23.7, 56.61], [23.7, 56.6]]
    ],
}
UNCLOSED = {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.7], [23.8, 56.6]]]}


def rejected(run):
    return {row.key: row.reason for row in StagedRow.objects.filter(run=run, action="reject")}


@pytest.mark.parametrize(
    ("properties", "geometry", "words"),
    [
        ({}, None, "has no geometry"),
        ({}, {"type": "GeometryCollection", "geometries": []}, "is empty"),
        ({}, {"type": "Point", "coordinates": []}, ""),
        ({}, {"type": "Point", "coordinates": ["23.7", "56.6"]}, "cannot be read"),
        ({}, {"type": "Nonsense", "coordinates": [1, 2]}, "cannot be read"),
        ({}, (math.nan, 56.6), "finite"),
        ({}, (23.7, math.inf), ""),
        ({}, UNCLOSED, "cannot be read"),
        ({}, BOWTIE, "cannot be repaired safely"),
        ({}, (POINT[1], POINT[0]), "swapped"),
        ({}, (500_000, 6_280_000), "not longitude and latitude"),
        ({}, (2.35, 48.85), "outside of Jelgava"),
        ({"name_lv": "<b>Pils</b>"}, POINT, "HTML"),
        ({"name_lv": "x" * 301}, POINT, "At most 300"),
        ({"name_lv": "a\x00b"}, POINT, "Control characters"),
        ({"name_lv": "\ud800"}, POINT, "Unicode"),
        ({"category": "spaceport"}, POINT, "not one of"),
        ({"valid_from": "tomorrow"}, POINT, "valid_from"),
    ],
)
def test_a_bad_feature_is_rejected_with_its_reason_and_the_good_one_kept(
    geojson, imported, counts, properties, geometry, words
):
    bad = ("bad", {"name_lv": "Slikts"} | properties, geometry)
    run = imported(geojson(bad, GOOD), "tourism")
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert words in rejected(run)["bad"]
    assert [t.name_lv for t in TourismObject.objects.all()] == ["Pils"]


def test_the_wrong_type_of_geometry_is_rejected(geojson, imported, counts):
    line = ("line", {"name_lv": "x"}, {"type": "LineString", "coordinates": [[23.7, 56.6], [23.8, 56.7]]})
    run = imported(geojson(line, GOOD), "places", constants={"category": "other"})
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert rejected(run)["line"] == "The layer holds geometries of type Point, this is a LineString."


def test_a_geometry_that_can_be_repaired_safely_is_kept_and_said_so(geojson, imported, counts):
    run = imported(geojson(("spike", {"name_lv": "Laukums"}, SPIKE)), "tourism")
    assert counts(run) == {"adds": 1, "repaired": 1}
    assert "geometry repaired" in run.staged.get().note
    assert TourismObject.objects.get().geometry.area == pytest.approx(0.0001, rel=0.005)


def test_a_multi_of_one_fits_a_layer_of_singles_and_the_other_way_round(geojson, imported, counts):
    multi = {"type": "MultiPoint", "coordinates": [list(POINT)]}
    assert counts(imported(geojson(("a", {"name_lv": "x"}, multi)), "places")) == {"adds": 1}
    square = {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.6], [23.8, 56.7], [23.7, 56.6]]]}
    run = imported(geojson(("b", {"name_lv": "x", "kind": "zone"}, square)), "boundaries")
    assert counts(run) == {"adds": 1}
    assert Boundary.objects.get().geometry.geom_type == "MultiPolygon"


def test_heights_are_left_out_and_it_is_said(geojson, imported):
    run = imported(geojson(("a", {"name_lv": "x"}, (*POINT, 12.5))), "tourism")
    assert "Heights were left out." in run.notices
    assert not TourismObject.objects.get().geometry.hasz


@pytest.mark.parametrize(
    ("name", "value"),
    [("opening_hours", "always, except when not"), ("website", "javascript:alert(1)"), ("email", "nobody")],
)
def test_a_value_of_a_checked_format_is_left_out_and_noted_not_the_feature(geojson, imported, counts, name, value):
    run = imported(geojson(("a", {"name_lv": "Pils", name: value}, POINT)), "tourism")
    assert counts(run) == {"adds": 1}
    assert name in run.staged.get().note
    assert getattr(TourismObject.objects.get(), name) == ""


def test_the_second_of_two_features_with_one_identifier_is_rejected(geojson, imported, counts):
    run = imported(geojson(GOOD, ("good", {"name_lv": "Cits"}, POINT)), "tourism")
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert rejected(run)["good"] == ("duplicate id: row 1 has the same id, “good”; if that is no identifier, use --key")


def test_a_bad_feature_does_not_take_its_identifier_from_a_good_one(geojson, imported, counts):
    run = imported(geojson(("good", {"name_lv": "x"}, None), GOOD), "tourism")
    assert counts(run) == {"adds": 1, "rejects": 1}


def test_features_without_identifiers_are_known_by_their_content(geojson, imported, counts):
    path = geojson((None, {"name_lv": "A"}, POINT), (None, {"name_lv": "B"}, POINT), (None, {"name_lv": "A"}, POINT))
    run = imported(path, "tourism")
    assert counts(run) == {"adds": 2, "rejects": 1}
    assert "the same geometry and values as row 1" in next(iter(rejected(run).values()))
    assert counts(imported(path, "tourism")) == {"unchanged": 2, "rejects": 1}


def test_a_property_that_must_be_there_is_asked_for(geojson, imported, counts):
    square = {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.6], [23.8, 56.7], [23.7, 56.6]]]}
    path = geojson(("a", {"name_lv": "x"}, square))
    run = imported(path, "boundaries")
    assert "kind" in rejected(run)["a"]
    assert counts(imported(path, "boundaries", constants={"kind": "district"})) == {"adds": 1}


def test_a_value_that_must_be_unique_is_taken_once(geojson, imported, counts):
    Place.objects.create(name_lv="Cita", code="JEL-1", geometry="SRID=4326;POINT(23.7 56.6)")
    path = geojson(
        ("a", {"name_lv": "A", "code": "JEL-1"}, POINT),
        ("b", {"name_lv": "B", "code": "JEL-2"}, POINT),
        ("c", {"name_lv": "C", "code": "JEL-2"}, POINT),
        ("d", {"name_lv": "D", "code": ""}, POINT),
        ("e", {"name_lv": "E", "code": ""}, POINT),
    )
    run = imported(path, "places")
    assert counts(run) == {"adds": 3, "rejects": 2}
    assert rejected(run) == dict.fromkeys(("a", "c"), "code: another feature has this value.")


def test_a_row_that_breaks_a_rule_of_the_database_is_rejected_alone(geojson, imported, counts):
    path = geojson(
        ("a", {"name_lv": "A", "visit_radius_m": 50}, POINT), ("b", {"name_lv": "B", "visit_radius_m": 1}, POINT)
    )
    run = imported(path, "places")
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert "place_visit_radius_range" in rejected(run)["b"]


def test_a_reference_to_nothing_is_rejected(geojson, imported, counts):
    place = Place.objects.create(name_lv="Vieta", geometry="SRID=4326;POINT(23.7 56.6)")
    path = geojson(
        ("a", {"place_id": place.pk, "technology": "qr"}, POINT),
        ("b", {"place_id": place.pk + 1, "technology": "qr"}, POINT),
    )
    run = imported(path, "beacons")
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert "no such feature" in rejected(run)["b"]
    assert Beacon.objects.get().place == place


def test_a_feature_that_others_refer_to_is_not_removed(geojson, imported, counts):
    both = [(key, {"name_lv": key}, POINT) for key in ("a", "b", "c")]
    imported(geojson(*both), "places")
    Beacon.objects.create(place=Place.objects.get(name_lv="a"), technology="qr", geometry="SRID=4326;POINT(23.7 56.6)")
    run = imported(geojson(both[2]), "places", mode=ImportRun.Mode.REPLACE)
    assert counts(run) == {"removes": 1, "unchanged": 1, "rejects": 1}
    assert "places_beacon refers to it" in rejected(run)["a"]


def test_features_outside_of_the_city_are_kept_when_asked(geojson, imported, counts):
    run = imported(geojson(("a", {"name_lv": "x"}, (24.9, 60.2))), "tourism", allow_outside=True)
    assert counts(run) == {"adds": 1}


def test_swapped_coordinates_are_noticed_in_a_layer_without_bounds_too(geojson, added, counts):
    _spec, run = added(geojson(("a", {"name": "x"}, (POINT[1], POINT[0])), ("b", {"name": "y"}, POINT)))
    assert counts(run) == {"adds": 1, "rejects": 1}
    assert "swapped" in rejected(run)["a"]


def test_a_card_number_is_kept_neither_as_a_value_nor_as_an_identifier(geojson, imported):
    card = "4111 1111 1111 1111"  # a test number that the card schemes publish
    named = ("named", GOOD[1] | {"name_lv": f"Pils {card}"}, (23.7345, 56.6557))
    keyed = (card, GOOD[1], (23.7346, 56.6558))
    run = imported(geojson(GOOD, named, keyed), "tourism")
    reasons = rejected(run)
    assert "card number" in reasons["named"]
    assert "card number" in reasons["[card number removed]"]
    kept = StagedRow.objects.filter(run=run).values_list("key", "properties", "reason", "note")
    assert card not in str(list(kept))
