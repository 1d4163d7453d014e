"""The demo cities' facts measured against public sources, where these lie beside the project."""

import csv
import gzip
import re
from collections import defaultdict
from pathlib import Path

import pytest
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from tests.demo.fact_files import NEAR_M, POINT_FILES, city_outline, each_city, facts, features, metric


def real_outline(city: str, path: Path) -> BaseGeometry:
    field, value = {"jelgava": ("name_lv", "Jelgava"), "siauliai": ("SAV_PAV", "Šiaulių m. sav.")}[city]
    return next(geometry for properties, geometry in features(path) if properties[field] == value)


@each_city
@pytest.mark.real_data
def test_the_city_outline_has_the_shape_and_area_of_the_city(city: str, real_data) -> None:
    outline = metric(city_outline(city), city)
    true_outline = metric(real_outline(city, real_data(f"boundaries/{city}_boundaries.geojson")), city)
    assert abs(outline.area / true_outline.area - 1) < 0.05
    assert outline.intersection(true_outline).area / true_outline.area > 0.95


@each_city
@pytest.mark.real_data
def test_positions_lie_in_the_real_city(city: str, real_data) -> None:
    outline = real_outline(city, real_data(f"boundaries/{city}_boundaries.geojson"))
    for name in POINT_FILES:
        for properties, geometry in facts(city, name):
            if not properties.get("outside_city", False):
                assert outline.covers(geometry), f"{name} {properties['code']}"


@pytest.mark.real_data
def test_jelgava_schools_stand_where_the_education_register_puts_them(real_data) -> None:
    ours = {properties["address"]: geometry for properties, geometry in facts("jelgava", "places")}
    by_street = {(address or "").split(",")[0].upper(): geometry for address, geometry in ours.items()}
    compared = 0
    for properties, position in features(real_data("services/schools_jelgava_2019.geojson")):
        street = properties["address"].split(",")[0]
        if street in by_street:
            assert metric(by_street[street], "jelgava").distance(metric(position, "jelgava")) < NEAR_M, street
            compared += 1
    assert compared >= 10


@each_city
@pytest.mark.real_data
def test_hospitals_stand_where_eurostat_puts_them(city: str, real_data) -> None:
    known = [metric(place, city) for _, place in features(real_data("services/hospitals_lv_lt_eurostat.geojson"))]
    ours = [place for properties, place in facts(city, "places") if properties["category"] == "hospital"]
    assert ours
    for place in ours:
        assert min(metric(place, city).distance(other) for other in known) < NEAR_M


@pytest.mark.parametrize(("city", "local", "least"), [("jelgava", "lv", 10), ("siauliai", "lt", 10)])
@pytest.mark.real_data
def test_objects_stand_where_openstreetmap_has_their_namesake(city: str, local: str, least: int, real_data) -> None:
    """Compared by equal name; the file serves as a ruler only."""
    namesakes = defaultdict(list)
    for properties, position in features(real_data(f"osm/{city}_osm_nodes_2019.geojson")):
        # A quarter or a substation may share its name with a hotel.
        if properties["name"] and properties["osm_key"] not in {"place", "power"}:
            namesakes[_folded(properties["name"])].append(metric(position, city))
    compared = 0
    for properties, geometry in facts(city, "tourism") + facts(city, "places"):
        if properties["category"] in {"bus_stop", "school"}:  # named after something else
            continue
        full = properties[f"name_{local}"]
        names = {_folded(full), *map(_folded, re.findall(r"„([^”“]+)[”“]", full))}
        for name in names & namesakes.keys():
            nearest_m = min(metric(geometry, city).distance(other) for other in namesakes[name])
            assert nearest_m < NEAR_M, f"{full}: {nearest_m:.0f} m"
            compared += 1
    assert compared >= least


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


@pytest.mark.real_data
def test_jelgava_streets_pass_the_schools_on_them(real_data) -> None:
    register = features(real_data("services/schools_jelgava_2019.geojson"))
    addresses = [(properties["address"].split(",")[0], position) for properties, position in register]
    assert _compare_with_streets("jelgava", addresses) >= 11


@pytest.mark.real_data
def test_siauliai_streets_pass_the_chargers_on_them(real_data) -> None:
    chargers = features(real_data("services/ev_chargers_siauliai_2026-08.geojson"))
    addresses = [(item["address"], position) for item, position in chargers if item["city"] == "Šiauliai"]
    assert _compare_with_streets("siauliai", addresses) >= 20


@pytest.mark.real_data
def test_siauliai_streets_pass_the_petrol_stations_on_them(real_data) -> None:
    path = real_data("sensors/fuel_prices_siauliai_region_2026-06-30_2026-08-07.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        positions = {
            row["address"].removeprefix("Šiauliai, "): Point(float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(rows)
            if row["municipality"] == "Šiaulių m. sav."
        }
    assert _compare_with_streets("siauliai", list(positions.items())) >= 20


def _compare_with_streets(city: str, addresses: list[tuple[str, BaseGeometry]]) -> int:
    lines = defaultdict(list)
    for properties, line in facts(city, "streets"):
        lines[_street(properties["name_lv"])].append(metric(line, city))
    known = [(_street(address), address, metric(position, city)) for address, position in addresses]
    for street, address, position in known:
        if street in lines:
            nearest_m = min(position.distance(line) for line in lines[street])
            assert nearest_m < NEAR_M, f"{address}: {nearest_m:.0f} m"
    return sum(street in lines for street, _, _ in known)


def _street(address: str) -> str:
    """The street's bare name: "Tilžės g. 109" and "Tilžės gatvė" are both "tilžės"."""
    return re.sub(r" (g|gatvė|gatve|str|iela)\b.*| \d.*", "", address.casefold()).strip(" .")
