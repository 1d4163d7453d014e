"""The demo city's land: the facts beside this file, each loaded once and then left to the editors."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from shapely.geometry import shape

from layers import catalog
from layers.base.editing import create_feature
from layers.base.models import Change
from layers.catalog import LayerSpec
from layers.events.models import Event
from layers.places.models import Beacon, Place

FACTS = Path(__file__).parent / "facts"
SOURCE = "demo"
LICENCE = "CC0-1.0"
ACTOR = "system:demo"

type Facts = Mapping[str, Any]


def load_land() -> dict[str, int]:
    """Adds the facts that are not there yet; the number added, by layer."""
    return {layer: _load(layer, features, properties_of) for layer, features, properties_of in _sources()}


def facts(file: str) -> Iterator[dict[str, Any]]:
    """The features of one file of the city's facts, as GeoJSON objects."""
    path = FACTS / settings.CITY.id / f"{file}.geojson"
    yield from json.loads(path.read_text(encoding="utf-8"))["features"]


def _places() -> Iterator[dict[str, Any]]:
    """The smart places: those of the file, and the sights that carry a label."""
    yield from facts("places")
    labelled = {label["properties"]["place_code"] for label in facts("beacons")}
    yield from (sight for sight in facts("tourism") if sight["properties"]["code"] in labelled)


def _sources() -> list[tuple[str, Iterable[dict[str, Any]], Callable[[Facts], dict[str, Any]]]]:
    return [
        ("boundaries", facts("boundaries"), _same),
        ("land_cover", facts("landscape"), _without_code),
        ("streets", facts("streets"), _street),
        ("transit_routes", facts("transit_routes"), _route),
        ("transit_stops", facts("transit_stops"), _same),
        ("places", _places(), _place),
        ("tourism", facts("tourism"), _without_code),
        ("merchants", facts("merchants"), _same),
        ("events", facts("events"), _event),
        ("beacons", facts("beacons"), _beacon),
    ]


def _load(layer: str, features: Iterable[dict[str, Any]], properties_of: Callable[[Facts], dict[str, Any]]) -> int:
    spec = catalog.layer(layer)
    known = _codes(spec)
    added = 0
    for feature in features:
        code = feature["properties"]["code"]
        if code in known:
            continue
        properties = {
            name: value for name, value in properties_of(feature["properties"]).items() if spec.property(name)
        }
        create_feature(
            spec,
            properties=properties | {"source": SOURCE, "source_ref": code, "licence": LICENCE},
            geometry=shape(feature["geometry"]),
            actor=ACTOR,
            reason="demo city",
        )
        added += 1
    return added


def _codes(spec: LayerSpec) -> set[str]:
    """What was loaded before, by the history: what an editor has deleted since does not come back."""
    changes = Change.objects.filter(layer=spec.id, version=1, state__source=SOURCE)
    return set(changes.values_list("state__source_ref", flat=True))


def _same(properties: Facts) -> dict[str, Any]:
    return dict(properties)


def _without_code(properties: Facts) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != "code"}


def _place(properties: Facts) -> dict[str, Any]:
    known = Place.Category.values
    return dict(properties) | {
        "accessibility": ", ".join(properties.get("accessibility", ())),
        "category": properties["category"] if properties["category"] in known else Place.Category.CULTURE,
    }


def _street(properties: Facts) -> dict[str, Any]:
    return _without_code(properties) | {"category": properties["class"]}


def _route(properties: Facts) -> dict[str, Any]:
    return dict(properties) | {"code": properties["number"]}


def _event(properties: Facts) -> dict[str, Any]:
    return _without_code(properties) | {
        "recurrence": properties[f"recurrence_{settings.CITY.language}"],
        "category": properties["category"] if properties["category"] in Event.Category.values else Event.Category.OTHER,
    }


def _beacon(properties: Facts) -> dict[str, Any]:
    return {
        "place_id": Place.objects.get(code=properties["place_code"]).pk,
        "technology": properties["technology"],
        "identifier": _identifier(properties),
        "floor": properties["floor"],
        "note": properties["note"],
    }


def _identifier(properties: Facts) -> str:
    """What a Bluetooth beacon of the demo broadcasts; labels and tags are known by their signed address alone."""
    number = int(properties["code"].rsplit("-", 1)[-1])
    match properties["technology"]:
        case Beacon.Technology.IBEACON:
            return f"6ba7b810-9dad-11d1-80b4-00c04fd430c8/1/{number}"
        case Beacon.Technology.EDDYSTONE_UID:
            return f"8b0ca750e7a7e14bd99b/{number:012x}"
    return ""
