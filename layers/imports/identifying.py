"""By what a feature of a file is known again at the next import."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import shapely
from django.utils.translation import gettext as _

from gis_platform.core.luhn import holds_card_number
from layers.imports.errors import UnknownAttribute
from layers.imports.readers.table import Batch, Table

HASH = "hash"
KEY_LENGTH_MAX = 200  # of the column source_ref
# In this order. A Shapefile's own row numbers are not among them, for they move when a row is taken out.
IDENTIFIERS = (
    "source_ref", "@id", "id", "osm_id", "osm_node_id", "uuid", "guid", "globalid", "ogc_fid", "gid", "fid", "stop_id",
    "route_id", "objectid", "object_id",
)  # fmt: skip


class Keys:
    """Gives the rows of a table their keys and notices those that come twice.

    `name` is what the key is called in the file, `hash` for the content of the feature.
    """

    def __init__(self, table: Table, wanted: str) -> None:
        self.name = _key_name(table, wanted)
        self._native = bool(table.id_name) and self.name == table.id_name
        self._seen: dict[str, int] = {}

    def of(self, batch: Batch) -> list[str]:
        """The key of each row; a feature without an identifier in a file that has them is known by its content."""
        ids: Sequence[Any] = [None] * len(batch.rows)
        if self._native:
            ids = batch.ids
        elif self.name != HASH:
            ids = batch.values[self.name]
        texts = ["" if value is None or value != value else _text(value) for value in ids]
        if all(texts):
            return texts
        wkb = shapely.to_wkb(batch.geometries)
        names = sorted(batch.values)
        return [
            text or _digest(wkb[index], [batch.values[name][index] for name in names])
            for index, text in enumerate(texts)
        ]

    def problem(self, key: str, row: int) -> str:
        """Why a good row cannot have this key; remembers it when it can."""
        if len(key) > KEY_LENGTH_MAX or not key.isprintable():
            return _("The identifier is longer than {limit} characters or is not plain text.").format(
                limit=KEY_LENGTH_MAX
            )
        if holds_card_number(key):
            return _("The identifier could be a card number; card numbers are not kept here.")
        first = self._seen.setdefault(key, row)
        if first == row:
            return ""
        if self.name == HASH:
            return _("duplicate: the same geometry and values as row {first}").format(first=first)
        return _("duplicate id: row {first} has the same {name}, “{key}”; if that is no identifier, use --key").format(
            first=first, name=self.name, key=key
        )


def _key_name(table: Table, wanted: str) -> str:
    if wanted == HASH:
        return HASH
    if wanted:
        if table.attribute(wanted) is None and wanted != table.id_name:
            known = ", ".join(a.name for a in table.attributes)
            raise UnknownAttribute(
                _("The file has no attribute “{name}”; it has: {known}.").format(name=wanted, known=known)
            )
        return wanted
    names = {a.name.lower(): a.name for a in table.attributes} | ({table.id_name.lower(): table.id_name})
    return next((names[name] for name in IDENTIFIERS if names.get(name)), HASH)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _digest(wkb: bytes | None, values: list[Any]) -> str:
    digest = hashlib.sha256(wkb or b"")
    digest.update(json.dumps(values, ensure_ascii=True, sort_keys=True).encode())
    return digest.hexdigest()[:40]
