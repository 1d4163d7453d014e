"""Template tags that lay out GeoJSON features by their layer's declaration."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime

from gis_platform.core import clock
from gis_platform.core.languages import active_language
from layers.base.declaring import DESCRIPTIONS, NAMES, PROVENANCE
from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.pages.downloads import FILES

register = template.Library()
COLUMNS_MAX = 5
NOT_IN_TABLES = frozenset([*NAMES, *DESCRIPTIONS, *PROVENANCE, "name"])


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A property of one feature, as text; `link` is where it leads, empty for nowhere."""

    name: str
    title: str
    text: str
    link: str


@register.simple_tag
def table_columns(layer: LayerSpec) -> list[Property]:
    """The properties that a table of many features has room for."""
    plain = [p for p in layer.public_properties if p.type not in (PropertyType.OBJECT, PropertyType.ARRAY)]
    return [p for p in plain if p.name not in NOT_IN_TABLES and p.name != layer.label][:COLUMNS_MAX]


@register.simple_tag
def feature_name(layer: LayerSpec, feature: dict[str, Any]) -> str:
    """What people call the feature, in the active language if it has a name there; else the layer and its number."""
    values = feature["properties"]
    language = active_language()
    name = values.get(f"name_{language}") or values.get(layer.label)
    return str(name or f"{layer.title} #{feature['id']}")


@register.simple_tag
def cell(prop: Property, feature: dict[str, Any]) -> str:
    return _text(prop, feature["properties"].get(prop.name))


@register.simple_tag
def feature_facts(layer: LayerSpec, feature: dict[str, Any]) -> list[Fact]:
    """Everything the feature says that is not empty, in the order of the declaration."""
    found = []
    for prop in layer.public_properties:
        text = _text(prop, feature["properties"].get(prop.name))
        if text:
            title = str(prop.title)
            found.append(Fact(name=prop.name, title=title[:1].upper() + title[1:], text=text, link=_link(prop, text)))
    return found


@register.simple_tag
def export_files() -> tuple[tuple[str, str], ...]:
    """Ending and title of each format that a layer can be downloaded in."""
    return FILES


def _text(prop: Property, value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    match prop.type:
        case PropertyType.INSTANT:
            moment = parse_datetime(str(value))
            return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else str(value)
        case PropertyType.BOOLEAN:
            return "✓" if value else "–"
        case PropertyType.OBJECT | PropertyType.ARRAY:
            return f"{{…}} {len(value)}"
    text = str(dict(prop.choices).get(value, value))
    return f"{text} {prop.unit}" if prop.unit else text


def _link(prop: Property, text: str) -> str:
    """Only what was checked when it was stored: a text that is called a link but is none leads nowhere."""
    if prop.format == "uri" and text.startswith(("https://", "http://")):
        return text
    return f"mailto:{text}" if prop.format == "email" else ""
