"""What a tile tells of each feature: what the map draws and labels by, and nothing more.

Attributes are most of a tile's size and time, so a layer names further ones in its style alone.
"""

from dataclasses import dataclass
from functools import lru_cache

from psycopg.sql import SQL, Composable, Identifier

from layers.catalog import LayerSpec, Property, PropertyType

CLASSES = ("category", "kind", "mode")  # the property by which the map draws a feature differently, first found first
NAMES = ("name_lv", "name_lt", "name_en")
CASTS = {
    PropertyType.INTEGER: SQL("{}::bigint"),
    PropertyType.NUMBER: SQL("{}::double precision"),
}
TEXT = SQL("nullif({}::text, '')")
LAYERS_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name` is what the tile calls it: the label is `name` and the class `category`, whatever the layer calls them."""

    name: str
    source: Property

    @property
    def column(self) -> Composable:
        return CASTS.get(self.source.type, TEXT).format(Identifier("f", self.source.column))


@lru_cache(maxsize=LAYERS_REMEMBERED)
def attributes(spec: LayerSpec) -> tuple[Attribute, ...]:
    known = {prop.name: prop for prop in spec.public_properties}
    drawn_by = next((name for name in CLASSES if name in known), "")
    called = {spec.label: "name", **{name: name for name in NAMES}, drawn_by: "category"}
    called |= {name: name for name in spec.style.attributes if name not in called}
    return tuple(Attribute(name, known[source]) for source, name in called.items() if source in known)
