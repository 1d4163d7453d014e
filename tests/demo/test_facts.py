"""The demo cities' fact files are sound in themselves. How true they are, test_facts_measured.py measures."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from opening_hours import OpeningHours
from shapely import STRtree
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from tests.demo.fact_files import FACTS, NEAR_M, city_outline, each_city, facts, metric

LEAST_COUNT = {
    "boundaries": 9,
    "landscape": 8,
    "streets": 30,
    "transit_routes": 3,
    "transit_stops": 8,
    "tourism": 40,
    "places": 50,
    "merchants": 25,
    "events": 12,
    "sensors": 15,
    "beacons": 20,
}
WORDS = {
    "boundaries": ("kind", "city district"),
    "landscape": ("kind", "water park forest island"),
    "streets": ("class", "primary secondary residential pedestrian"),
    "tourism": (
        "category",
        "museum castle church monument park viewpoint gallery theatre nature trail hotel restaurant cafe information "
        "sport other",
    ),
    "places": (
        "category",
        "school kindergarten library hospital clinic pharmacy sports pool culture municipality police fire_station "
        "post bank station bus_stop market shopping parking university other",
    ),
    "merchants": ("category", "transport catering culture sport retail education health"),
    "events": ("category", "festival culture sport fair memorial"),
    "sensors": ("category", "weather air_quality water_level traffic noise parking bicycle waste"),
    "transit_routes": ("mode", "bus"),
    "transit_stops": ("wheelchair", "yes limited no"),
    "beacons": ("technology", "qr nfc ibeacon eddystone-uid"),
}
LETTERS = {
    "lv": "A-Za-zĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūž",
    "lt": "A-Za-zĄČĘĖĮŠŲŪŽąčęėįšųūž",
    # English texts keep the local letters of proper names.
    "en": "A-Za-zéĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūžĄĘĖĮŲąęėįų",
}

LINES = ("streets", "transit_routes")  # named after streets, in their own language

each_file = pytest.mark.parametrize("name", sorted(LEAST_COUNT))


def districts(city: str) -> list[BaseGeometry]:
    return [geometry for properties, geometry in facts(city, "boundaries") if properties["kind"] == "district"]


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, int | float):
        yield value
        return
    for item in value:
        yield from numbers(item)


@each_city
@each_file
def test_a_file_reads_well_in_a_diff(city: str, name: str) -> None:
    text = (FACTS / city / f"{name}.geojson").read_text(encoding="utf-8")
    rows = [line.rstrip(",") for line in text.splitlines()[1:-1]]
    parsed = [json.loads(row) for row in rows]
    assert parsed == json.loads(text)["features"], "one feature a line"
    assert len(parsed) >= LEAST_COUNT[name]
    for feature in parsed:
        coordinates = list(numbers(feature["geometry"]["coordinates"]))
        assert all(round(value, 6) == value for value in coordinates)


@each_city
@each_file
def test_geometries_are_valid_and_of_the_expected_type(city: str, name: str) -> None:
    polygons = {"boundaries", "landscape"}
    expected = "Polygon" if name in polygons else "LineString" if name in LINES else "Point"
    for properties, geometry in facts(city, name):
        assert geometry.geom_type == expected, properties["code"]
        assert geometry.is_valid, properties["code"]
        assert not geometry.is_empty, properties["code"]
        if expected == "Polygon":
            assert geometry.exterior.is_ccw, f"{properties['code']}: RFC 7946 winds outer rings counter-clockwise"


@each_city
def test_codes_are_unique_in_the_city(city: str) -> None:
    codes = [properties["code"] for name in LEAST_COUNT for properties, _ in facts(city, name)]
    assert [code for code, count in Counter(codes).items() if count > 1] == []


@each_city
def test_places_of_interest_number_at_least_a_hundred_and_ten(city: str) -> None:
    assert sum(len(facts(city, name)) for name in ("tourism", "places", "merchants")) >= 110


@each_city
@each_file
def test_names_stand_in_all_three_languages(city: str, name: str) -> None:
    for properties, _ in facts(city, name):
        for language in LETTERS:
            text = properties[f"name_{language}"]
            assert text, properties["code"]
            assert text == text.strip(), properties["code"]


@each_city
@pytest.mark.parametrize("language", sorted(LETTERS))
def test_texts_use_the_letters_of_their_language(city: str, language: str) -> None:
    """Catches a Lithuanian ė in a Latvian text, and the other way round. Streets keep their local name."""
    foreign = re.compile(rf"[^\W\d_{LETTERS[language]}]")
    for name in set(LEAST_COUNT) - set(LINES):
        for properties, _ in facts(city, name):
            for field in ("name", "description", "recurrence"):
                text = _without_proper_names(properties.get(f"{field}_{language}") or "")
                assert not foreign.findall(text), f"{properties['code']} {field}_{language}: {text}"


def _without_proper_names(text: str) -> str:
    # Names in quotation marks (a company, a theatre) and the bird's-eye words of the other town stay as they are.
    return re.sub(r"„[^”“]*[”“]|\([^)]*\)|Pilsētas Pasāža|Mēness aptieka", "", text)


@each_city
@each_file
def test_words_come_from_the_closed_lists(city: str, name: str) -> None:
    field, allowed = WORDS[name]
    assert {properties[field] for properties, _ in facts(city, name)} <= set(allowed.split())
    for properties, _ in facts(city, name):
        assert properties.get("wheelchair") in {"yes", "limited", "no", None}, properties["code"]


@each_city
def test_tourism_and_events_describe_themselves_in_each_language(city: str) -> None:
    for name in ("tourism", "events"):
        for properties, _ in facts(city, name):
            texts = [properties[f"description_{language}"] for language in LETTERS]
            assert all(text.endswith(".") and 15 < len(text) < 260 for text in texts), properties["code"]
            assert len(set(texts)) == 3, f"{properties['code']}: a text was left untranslated"


@each_city
def test_everything_lies_in_the_city_or_says_that_it_does_not(city: str) -> None:
    outline = city_outline(city)
    for name in set(LEAST_COUNT) - {"boundaries", "landscape"}:
        for properties, geometry in facts(city, name):
            outside = properties.get("outside_city", False)
            assert outline.covers(geometry) is not outside, f"{name} {properties['code']}"


@each_city
def test_landscape_stays_in_the_city(city: str) -> None:
    outline = metric(city_outline(city), city).buffer(NEAR_M)
    for properties, geometry in facts(city, "landscape"):
        assert outline.covers(metric(geometry, city)), properties["code"]


@each_city
def test_water_and_islands_do_not_overlap(city: str) -> None:
    surfaces = [item for item in facts(city, "landscape") if item[0]["kind"] in {"water", "island"}]
    for position, (properties, geometry) in enumerate(surfaces):
        for other, other_geometry in surfaces[position + 1 :]:
            shared_m2 = metric(geometry, city).intersection(metric(other_geometry, city)).area
            assert shared_m2 < 500, f"{properties['name_en']} overlaps {other['name_en']}"


@each_city
def test_no_place_stands_in_the_water(city: str) -> None:
    landscape = facts(city, "landscape")
    water = unary_union([geometry for properties, geometry in landscape if properties["kind"] == "water"])
    # A bridge's counter, a gauge and the lake itself may.
    wet = {"nature", "water_level", "traffic", "bicycle", "viewpoint"}
    for name in ("tourism", "places", "merchants", "events", "sensors"):
        for properties, geometry in facts(city, name):
            assert properties["category"] in wet or not water.covers(geometry), properties["code"]


@each_city
def test_districts_tile_the_city(city: str) -> None:
    assert 30 <= len(city_outline(city).exterior.coords) <= 81
    outline = metric(city_outline(city), city)
    parts = [metric(geometry, city) for geometry in districts(city)]
    assert 8 <= len(parts) <= 12
    covered = unary_union(parts)
    gap = outline.symmetric_difference(covered).area / outline.area
    overlap = (sum(part.area for part in parts) - covered.area) / outline.area
    assert gap < 0.001
    assert overlap < 0.001


@each_city
def test_streets_share_nodes_and_form_one_network(city: str) -> None:
    by_node: dict[tuple[float, float], list[int]] = defaultdict(list)
    streets = facts(city, "streets")
    for number, (_, line) in enumerate(streets):
        for node in line.coords:
            by_node[node].append(number)
    reached, waiting = {0}, [0]
    while waiting:
        line = streets[waiting.pop()][1]
        touched = {number for node in line.coords for number in by_node[node]}
        waiting += touched - reached
        reached |= touched
    missing = [streets[number][0]["name_lv"] for number in set(range(len(streets))) - reached]
    assert missing == [], "not connected to the rest"


@each_city
def test_streets_cross_only_at_shared_nodes(city: str) -> None:
    """A crossing without a vertex in both lines would be lost by a network built from these files."""
    streets = facts(city, "streets")
    tree = STRtree([line for _, line in streets])
    for first, second in zip(*tree.query([line for _, line in streets], predicate="intersects"), strict=True):
        if first >= second:
            continue
        (left, line), (right, other) = streets[first], streets[second]
        nodes = {Point(node) for node in set(line.coords) & set(other.coords)}
        crossing = line.intersection(other)
        for part in getattr(crossing, "geoms", [crossing]):
            assert part in nodes, f"{left['name_lv']} crosses {right['name_lv']} at {part}"


@each_city
def test_streets_are_drawn_without_jumps(city: str) -> None:
    for properties, line in facts(city, "streets"):
        longest_m = max(Point(a).distance(Point(b)) for a, b in pairwise(metric(line, city).coords))
        assert longest_m < 1700, properties["name_lv"]


@each_city
def test_what_refers_to_a_place_names_an_existing_one(city: str) -> None:
    targets = facts(city, "places") + facts(city, "tourism")
    known = {properties["code"]: geometry for properties, geometry in targets}
    for name in ("merchants", "beacons"):
        for properties, geometry in facts(city, name):
            code = properties["place_code"]
            if name == "merchants" and code is None:
                continue
            assert code in known, properties["code"]
            assert metric(geometry, city).distance(metric(known[code], city)) < NEAR_M, properties["code"]


@each_city
def test_merchants_claim_no_registration(city: str) -> None:
    assert {properties["registration_number"] for properties, _ in facts(city, "merchants")} == {None}


@each_city
def test_opening_hours_are_read_by_the_library(city: str) -> None:
    for name in ("tourism", "places", "merchants"):
        for properties, _ in facts(city, name):
            assert properties["opening_hours"] is None or OpeningHours(properties["opening_hours"])


@each_city
def test_events_say_when_they_recur(city: str) -> None:
    for properties, _ in facts(city, "events"):
        assert 1 <= properties["month"] <= 12
        assert all(properties[f"recurrence_{language}"] for language in LETTERS), properties["code"]


@each_city
def test_sensors_state_property_unit_and_range(city: str) -> None:
    units = {"Cel", "%", "hPa", "m/s", "deg", "mm/h", "ug/m3", "m", "/h", "km/h", "dB[SPL]", "{space}"}
    for properties, _ in facts(city, "sensors"):
        observed = properties["observed"]
        assert observed, properties["code"]
        assert len({item["property"] for item in observed}) == len(observed)
        for item in observed:
            assert item["unit"] in units, properties["code"]
            assert item["minimum"] < item["maximum"], properties["code"]
