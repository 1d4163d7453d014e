"""The catalogue: a layer is declared once, as a `LayerSpec`, and from that alone it is found everywhere.

From the declaration follow the view `published.<id>`, the OGC collection, the tiles, the queryables, the layer of the
map, the page of the editor, the import and the export. Rooms declare their layers in `layer_specs.py`; layers that a
planner adds at run time come from the database through a source (see `add_source`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import NotFound

type Text = str | Promise


class Access(StrEnum):
    """Who may read a layer."""

    PUBLIC = "public"
    STAFF = "staff"
    HIDDEN = "hidden"


class PropertyType(StrEnum):
    """JSON Schema's types, with `format` where JSON has no type of its own."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "date-time"
    OBJECT = "object"
    ARRAY = "array"


@dataclass(frozen=True, kw_only=True)
class Property:
    """One attribute of a layer's features. `private` ones are edited by staff and never published.

    `column` differs from the name only where a file's attribute is called like one of the platform's own columns.
    """

    name: str
    type: PropertyType
    title: Text
    required: bool = False
    editable: bool = True
    private: bool = False
    max_length: int | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    format: str = ""  # "opening-hours", "uri", "email", "phone": how a string is checked
    unit: str = ""  # UCUM
    column: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "column", self.column or self.name)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How the map draws a layer. `zoom_min` is the first zoom level at which its features are sent.

    Dense points are sent as clusters, with how many they are, below the zoom `cluster_below`.
    """

    color: str
    icon: str = "marker"  # the name of a Maki icon
    zoom_min: int = 0
    order: int = 50  # higher is drawn above lower
    visible: bool = True
    cluster_below: int = 0
    attributes: tuple[str, ...] = ()  # what tiles carry beside names and category, for styles to draw by


@dataclass(frozen=True, kw_only=True, eq=False)
class LayerSpec:
    """A layer's declaration, equal to itself alone.

    Geometry is stored in EPSG:4326; `geometry_type` is an OGC simple feature name.

    `table` holds the features and takes the edits; `relation` is what the published view selects from, where that is
    more than the table (a sensor with its latest reading).
    """

    id: str
    title: Text
    description: Text
    geometry_type: str
    properties: tuple[Property, ...]
    table: tuple[str, str]  # schema, name
    style: Style
    owner: str  # the room, as in "layers.places"
    relation: tuple[str, str] | None = None
    group: Text
    access: Access = Access.PUBLIC
    read_roles: tuple[str, ...] = ()  # of a staff layer: the roles that read it; empty for every role
    edit_role: str = "planner"
    writable: bool = True
    named: bool = True  # has name_lv, name_lt and name_en, from which `name` is the city's choice
    label: str = "name"  # the property that people know a feature by; with one there is a folded column `search`
    interval: tuple[str, str] | None = None  # the properties between which a feature holds; either may be empty
    asked_with_box: str = "category"  # the property that a box of points is most often asked with
    inside_city: bool = False  # edits and imports outside the city's bounds are refused
    licence: str = "CC-BY-4.0"  # an SPDX identifier
    attribution: Text = ""
    keywords: tuple[Text, ...] = ()
    theme: str = "REGI"  # a code of the EU's data themes
    frequency: str = "IRREG"  # how often it changes: a code of the EU's frequencies
    contact: str = ""  # the e-mail address of those who keep it; empty: the city's
    public_properties: tuple[Property, ...] = field(init=False, repr=False)
    public_names: frozenset[str] = field(init=False, repr=False)
    _by_name: dict[str, Property] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        public = tuple(p for p in self.properties if not p.private)
        object.__setattr__(self, "public_properties", public)
        object.__setattr__(self, "public_names", frozenset(p.name for p in public))
        object.__setattr__(self, "_by_name", {p.name: p for p in self.properties})

    @property
    def view(self) -> tuple[str, str]:
        return ("published", self.id)

    @property
    def editable_properties(self) -> tuple[Property, ...]:
        return tuple(p for p in self.properties if p.editable)

    def property(self, name: str) -> Property | None:
        return self._by_name.get(name)


class UnknownLayer(NotFound):
    code = "unknown-layer"
    title = _("There is no such layer")


type Source = Callable[[bool], Iterable[LayerSpec]]

_declared: dict[str, LayerSpec] = {}
_sources: list[Source] = []


def register(*specs: LayerSpec) -> None:
    """Adds declared layers. Called by a room's `layer_specs.py`, which start-up imports."""
    for spec in specs:
        assert spec.id not in _declared, f"layer {spec.id} is declared twice"
        _declared[spec.id] = spec


def add_source(source: Source) -> None:
    """Adds a source of layers that come and go at run time; it is asked at every look-up and must be cheap.

    Asked with True, it must not answer from memory.
    """
    _sources.append(source)


def autodiscover() -> None:
    """Imports the `layer_specs` module of every installed room that has one."""
    for config in apps.get_app_configs():
        name = f"{config.name}.layer_specs"
        if find_spec(name):
            import_module(name)


def declared() -> Iterator[LayerSpec]:
    """The layers that the rooms declare, without those added at run time."""
    return iter(_declared.values())


def layers() -> list[LayerSpec]:
    """Every layer, in the order in which the map draws them."""
    added = (spec for source in _sources for spec in source(False))
    return sorted([*_declared.values(), *added], key=lambda spec: (spec.style.order, spec.id))


def layer(layer_id: str) -> LayerSpec:
    """The layer of that id; raises UnknownLayer."""
    if layer_id in _declared:
        return _declared[layer_id]
    for fresh in (False, True):  # another worker may have added it a moment ago
        for source in _sources:
            for spec in source(fresh):
                if spec.id == layer_id:
                    return spec
    raise UnknownLayer(f"No layer is called {layer_id!r}.")
