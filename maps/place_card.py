"""What a place's page and the map's panel say about one feature, ready to be laid out."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language

from gis_platform.core import clock
from layers.base.reading import PublishedFeature
from layers.catalog import LayerSpec, Property, PropertyType
from maps.hours import Hours, read_hours
from maps.map_layers import KINDS, kind_property, kinds, shape

# Shown in places of their own, or of no use to a visitor.
SHOWN_ELSEWHERE = frozenset(
    [
        "name",
        "name_lv",
        "name_lt",
        "name_en",
        "description_lv",
        "description_lt",
        "description_en",
        "address",
        "postcode",
        "phone",
        "email",
        "website",
        "opening_hours",
        "wheelchair",
        "accessibility",
        "photos",
        "source",
        "source_ref",
        "licence",
        "valid_from",
        "valid_to",
        "code",
        "visit_radius_m",
        "color",
        "starts_at",
        "ends_at",
        "observed_at",
    ]
) | frozenset(KINDS)
LICENCE_URLS = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    url: str
    alternative: str
    author: str
    licence: str
    licence_url: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    title: str
    value: str


@dataclass(frozen=True, kw_only=True)
class PlaceCard:
    """`other_names` are (language, name) of the languages that call it otherwise. `point` is (longitude, latitude)."""

    layer: LayerSpec
    id: int
    name: str
    other_names: tuple[tuple[str, str], ...]
    kind: str
    kind_title: str
    description: str
    address: str
    phone: str
    email: str
    website: str
    hours_text: str
    hours: Hours | None
    wheelchair: str
    wheelchair_title: str
    accessibility: str
    when: str
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]
    source: str
    licence: str
    licence_url: str
    shape: str
    point: tuple[float, float]

    @property
    def longitude(self) -> str:
        return f"{self.point[0]:.6f}"

    @property
    def latitude(self) -> str:
        return f"{self.point[1]:.6f}"


def place_card(spec: LayerSpec, found: PublishedFeature) -> PlaceCard:
    """The card of a published feature, in the active language."""
    values = found.properties
    kind = _text(values, kind_property(spec))
    licence = _text(values, "licence") or spec.licence
    name = in_language(values, "name") or _text(values, spec.label)
    hours_text = _text(values, "opening_hours")
    return PlaceCard(
        layer=spec,
        id=found.id,
        name=name,
        other_names=_other_names(values, name),
        kind=kind,
        kind_title=kinds(spec).get(kind, kind.replace("_", " ").capitalize()),
        description=in_language(values, "description"),
        address=", ".join(part for part in (_text(values, "address"), _text(values, "postcode")) if part),
        phone=_text(values, "phone"),
        email=_text(values, "email"),
        website=_web_address(_text(values, "website")),
        hours_text=hours_text,
        hours=read_hours(hours_text),
        wheelchair=_text(values, "wheelchair"),
        wheelchair_title=_choice(spec.property("wheelchair"), _text(values, "wheelchair")),
        accessibility=_text(values, "accessibility"),
        when=_when(values),
        facts=tuple(_facts(spec, values)),
        pictures=tuple(_picture(photo) for photo in values.get("photos") or ()),
        source=_text(values, "source") or str(spec.attribution),
        licence=licence,
        licence_url=LICENCE_URLS.get(licence, ""),
        shape=shape(spec),
        point=_point_on(found.geometry),
    )


def _point_on(geometry: dict[str, Any]) -> tuple[float, float]:
    point = GEOSGeometry(json.dumps(geometry)).point_on_surface
    return point.x, point.y


def in_language(values: dict[str, Any], field: str) -> str:
    """The field in the active language, else in the first of the city's languages that has it."""
    wanted = ((get_language() or settings.CITY.language)[:2], *settings.CITY.languages)
    return next((text for language in wanted if (text := _text(values, f"{field}_{language}"))), "")


def _text(values: dict[str, Any], name: str) -> str:
    return str(values.get(name) or "").strip()


def _web_address(text: str) -> str:
    """The address where it is one of the web; an import may have brought a `javascript:` one."""
    return text if text.lower().startswith(("https://", "http://")) else ""


def _choice(prop: Property | None, value: str) -> str:
    return str(dict(prop.choices).get(value, value)) if prop and value else ""


def _other_names(values: dict[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    pairs = ((language, _text(values, f"name_{language}")) for language in settings.CITY.languages)
    return tuple((language, other) for language, other in pairs if other and other != name)


def _when(values: dict[str, Any]) -> str:
    """An event's time; one that ends on its day says the date once."""
    starts, ends = (parse_datetime(_text(values, name)) for name in ("starts_at", "ends_at"))
    if starts is None:
        return ""
    begin = clock.local(starts)
    text = date_format(begin, "DATETIME_FORMAT")
    if ends is None:
        return text
    end = clock.local(ends)
    return f"{text} – {date_format(end, 'TIME_FORMAT' if end.date() == begin.date() else 'DATETIME_FORMAT')}"


def _facts(spec: LayerSpec, values: dict[str, Any]) -> list[Fact]:
    """Whatever else the layer publishes and has no place of its own on the card."""
    facts = []
    for prop in spec.public_properties:
        value = values.get(prop.name)
        if prop.name in SHOWN_ELSEWHERE or prop.name == spec.label or value in (None, "", [], {}):
            continue
        if prop.type in (PropertyType.OBJECT, PropertyType.ARRAY):
            continue
        title = str(prop.title)
        facts.append(Fact(title=title[:1].upper() + title[1:], value=_value(prop, value)))
    return facts


def _value(prop: Property, value: Any) -> str:
    text = _choice(prop, str(value))
    if prop.type is PropertyType.INSTANT:
        moment = parse_datetime(text)
        return date_format(clock.local(moment), "DATETIME_FORMAT") if moment else text
    return f"{text} {prop.unit}".strip()


def _picture(photo: dict[str, Any]) -> Picture:
    licence = _text(photo, "licence")
    return Picture(
        url=settings.MEDIA_URL + _text(photo, "image"),
        alternative=in_language(photo, "alternative"),
        author=_text(photo, "author"),
        licence=licence,
        licence_url=LICENCE_URLS.get(licence, ""),
    )
