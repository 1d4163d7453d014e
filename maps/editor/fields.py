"""The form of a layer's feature, from the declaration alone: which field each property gets, and what stands in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gis_platform.core import clock
from layers.base.declaring import PROVENANCE, VISITED
from layers.catalog import LayerSpec, Property, PropertyType

LONG_TEXT = 301  # characters from which a text gets several lines
INSTANT_FORMAT = "%Y-%m-%dT%H:%M"  # as <input type="datetime-local"> writes it
STATUS = "status"  # has buttons of its own
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One control. `theirs` is what somebody else wrote meanwhile, where both of us did; None where not."""

    name: str
    title: str
    widget: str
    value: str
    required: bool
    length_max: int
    options: tuple[tuple[str, str], ...]
    unit: str
    help: str
    language: str = ""
    error: str = ""
    theirs: str | None = None

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-help" if self.help else "", f"{self.id}-error" if self.error else ""]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class FieldGroup:
    """Fields side by side: a text in every language, or one field alone."""

    title: str
    fields: tuple[FormField, ...]

    @property
    def translated(self) -> bool:
        return bool(self.fields[0].language)


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    groups: tuple[FieldGroup, ...]


def form_properties(spec: LayerSpec) -> tuple[Property, ...]:
    return tuple(p for p in spec.editable_properties if p.name != STATUS)


def text_of(prop: Property, value: Any) -> str:
    """A stored value as its field shows it; an instant in the city's local time."""
    if value is None:
        return ""
    match prop.type:
        case PropertyType.BOOLEAN:
            return "true" if value else "false"
        case PropertyType.INSTANT:
            return clock.local(datetime.fromisoformat(str(value))).strftime(INSTANT_FORMAT)
        case PropertyType.OBJECT | PropertyType.ARRAY:
            return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)


def value_of(prop: Property, text: str) -> Any:
    """A field's text as the JSON value that the layer's own check expects; what makes no sense stays text for it."""
    if not text:
        return None
    try:
        match prop.type:
            case PropertyType.INTEGER:
                return int(text)
            case PropertyType.NUMBER:
                return float(text.replace(",", "."))  # a comma is the decimal point of both countries
            case PropertyType.BOOLEAN:
                return {"true": True, "false": False}[text]
            case PropertyType.INSTANT:
                return datetime.fromisoformat(text).replace(tzinfo=settings.CITY.time_zone).isoformat()
            case PropertyType.OBJECT | PropertyType.ARRAY:
                return json.loads(text)
    except (ValueError, KeyError, RecursionError):
        pass
    return text


def sections(
    spec: LayerSpec, texts: Mapping[str, str], *, faults: Mapping[str, Any], theirs: Mapping[str, str]
) -> list[Section]:
    """The whole form with what stands in it."""
    fields = {
        p.name: replace(
            form_field(p, texts.get(p.name, "")), error=str(faults.get(p.name, "")), theirs=theirs.get(p.name)
        )
        for p in form_properties(spec)
    }
    parts = [
        (_("Names and descriptions"), [name for name in fields if _stem(name, fields)]),
        (_("Details"), [n for n in fields if not _stem(n, fields) and n not in VISITED + PROVENANCE]),
        (_("Address, contact and hours"), [n for n in fields if n in VISITED]),
        (_("Origin and validity"), [n for n in fields if n in PROVENANCE]),
    ]
    return [Section(title=title, groups=_groups(names, fields)) for title, names in parts if names]


def form_field(prop: Property, text: str) -> FormField:
    title = str(prop.title)
    return FormField(
        name=prop.name,
        title=title[:1].upper() + title[1:],
        widget=_widget(prop),
        value=text,
        required=prop.required,
        length_max=prop.max_length or 0,
        options=_options(prop, text),
        unit=prop.unit,
        help=_help(prop),
    )


def _groups(names: list[str], fields: Mapping[str, FormField]) -> tuple[FieldGroup, ...]:
    groups: list[FieldGroup] = []
    seen: set[str] = set()
    for name in names:
        if name in seen:
            continue
        stem = _stem(name, fields)
        members = [f"{stem}_{code}" for code in settings.CITY.languages] if stem else [name]
        seen.update(members)
        title = _stem_title(stem) if stem else fields[name].title
        own = tuple(replace(fields[m], language=m.rpartition("_")[2]) for m in members) if stem else (fields[name],)
        groups.append(FieldGroup(title=title, fields=own))
    return tuple(groups)


def _stem(name: str, fields: Mapping[str, FormField]) -> str:
    """What a property is called without its language, where all three languages are there."""
    stem, _separator, code = name.rpartition("_")
    if code not in LANGUAGES or not all(f"{stem}_{language}" in fields for language in LANGUAGES):
        return ""
    return stem


def _stem_title(stem: str) -> str:
    titles = {"name": _("Name"), "description": _("Description")}
    return titles.get(stem) or stem.replace("_", " ").capitalize()


def _widget(prop: Property) -> str:
    if prop.choices or prop.type is PropertyType.BOOLEAN:
        return "select"
    match prop.type:
        case PropertyType.INTEGER | PropertyType.NUMBER | PropertyType.DATE | PropertyType.INSTANT:
            return prop.type.value
        case PropertyType.OBJECT | PropertyType.ARRAY:
            return "json"
    if prop.format in ("opening-hours", "uri", "email", "phone"):
        return prop.format
    if prop.name == "phone":
        return "phone"
    return "long" if not prop.max_length or prop.max_length >= LONG_TEXT else "text"


def _options(prop: Property, text: str) -> tuple[tuple[str, str], ...]:
    """The values to choose from. One that is stored and no longer known stays, so that saving does not lose it."""
    if prop.type is PropertyType.BOOLEAN:
        return (("", "—"), ("true", _("Yes")), ("false", _("No")))
    if not prop.choices:
        return ()
    known = tuple((value, str(label)) for value, label in prop.choices)
    stray = ((text, text),) if text and text not in dict(known) else ()
    return (() if prop.required else (("", "—"),)) + known + stray


def _help(prop: Property) -> str:
    match prop.format:
        case "opening-hours":
            return _("As OpenStreetMap writes them, for example “Mo-Fr 09:00-18:00; Sa 10:00-15:00; PH off”.")
        case "uri":
            return _("With https:// at the beginning.")
    match prop.type:
        case PropertyType.INSTANT:
            return _("Local time of the city.")
        case PropertyType.OBJECT | PropertyType.ARRAY:
            return _("As JSON.")
    return _("Seen by staff only.") if prop.private else ""
