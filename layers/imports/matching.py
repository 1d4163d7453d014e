"""Which attribute of the file fills which property of the layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from layers.catalog import LayerSpec, Property
from layers.imports.errors import NothingForLayer, UnknownAttribute
from layers.imports.readers.table import Table

IDENTITY = ("source", "source_ref")  # the import's own: which file, which feature of it
NOT_BY_NAME = (*IDENTITY, "status")  # a file's "status" is seldom ours


@dataclass(frozen=True)
class Matching:
    """Pairs of a property and the attribute that fills it, properties with one value for all rows, and the rest."""

    pairs: tuple[tuple[Property, str], ...]
    constants: tuple[tuple[Property, Any], ...]
    unused: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        return [prop.column for prop, _value in (*self.pairs, *self.constants)]


def match(spec: LayerSpec, table: Table, *, mapping: Mapping[str, str], constants: Mapping[str, Any]) -> Matching:
    """By the given mapping first, then by name; raises UnknownAttribute or NothingForLayer."""
    taken: dict[str, str] = {}  # property name -> attribute
    for attribute, name in mapping.items():
        if table.attribute(attribute) is None:
            known = ", ".join(a.name for a in table.attributes)
            raise UnknownAttribute(
                _("The file has no attribute “{name}”; it has: {known}.").format(name=attribute, known=known)
            )
        taken[_writable(spec, name).name] = attribute
    fixed = [(_writable(spec, name), value) for name, value in constants.items()]
    free = {p.name: p for p in spec.editable_properties if p.name not in taken and p.name not in constants}
    mapped = set(mapping)
    for attribute in (a.name for a in table.attributes if a.name not in mapped):
        name = _property_name(spec, attribute, free)
        if name:
            taken[name] = attribute
            del free[name]
    pairs = [(p, taken[p.name]) for p in spec.editable_properties if p.name in taken]
    if not pairs and not fixed and spec.properties:
        raise NothingForLayer(
            _(
                "None of the file's attributes ({given}) is a property of {layer}. Say which is which with --map."
            ).format(given=", ".join(a.name for a in table.attributes) or "–", layer=spec.id)
        )
    used = {attribute for _prop, attribute in pairs}
    return Matching(tuple(pairs), tuple(fixed), tuple(a.name for a in table.attributes if a.name not in used))


def _property_name(spec: LayerSpec, attribute: str, free: Mapping[str, Property]) -> str:
    if spec.owner == "layers.custom":
        return attribute if attribute in free else ""
    plain = attribute.lower().replace(":", "_")
    if plain == "name" and spec.named:
        plain = f"name_{settings.CITY.language}"
    return plain if plain in free and plain not in NOT_BY_NAME else ""


def _writable(spec: LayerSpec, name: str) -> Property:
    if name == "name" and spec.named:
        name = f"name_{settings.CITY.language}"
    prop = spec.property(name)
    if prop is None or not prop.editable or (name in IDENTITY and spec.owner != "layers.custom"):
        known = ", ".join(p.name for p in spec.editable_properties if p.name not in IDENTITY)
        raise UnknownAttribute(
            _("The layer {layer} has no property “{name}” to import into; it has: {known}.").format(
                layer=spec.id, name=name, known=known
            )
        )
    return prop
