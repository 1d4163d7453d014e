"""Reads the demo cities' fact files for the tests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyproj import Transformer
from shapely import transform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

FACTS = Path(__file__).resolve().parents[2] / "gis_platform" / "demo" / "facts"
METRIC_SRID = {"jelgava": 3059, "siauliai": 3346}
POINT_FILES = ("tourism", "places", "merchants", "events", "sensors", "beacons")
NEAR_M = 150

Properties = dict[str, Any]
Feature = tuple[Properties, BaseGeometry]

each_city = pytest.mark.parametrize("city", sorted(METRIC_SRID))


@cache
def features(path: Path) -> tuple[Feature, ...]:
    collection = json.loads(path.read_text(encoding="utf-8"))
    return tuple((item["properties"], shape(item["geometry"])) for item in collection["features"])


def facts(city: str, name: str) -> tuple[Feature, ...]:
    return features(FACTS / city / f"{name}.geojson")


def metric(geometry: BaseGeometry, city: str) -> BaseGeometry:
    return transform(geometry, _to_metric(city).transform, interleaved=False)


@cache
def _to_metric(city: str) -> Transformer:
    return Transformer.from_crs(4326, METRIC_SRID[city], always_xy=True)


def city_outline(city: str) -> BaseGeometry:
    return next(geometry for properties, geometry in facts(city, "boundaries") if properties["kind"] == "city")
