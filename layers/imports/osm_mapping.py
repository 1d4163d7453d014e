"""The table by which OSM's tags find their layer, kept in osm_mapping.csv for people to edit.

Its columns: key and value of the tag (`*` for any value), geometry (any of `point`, `line`, `area`, with spaces
between), layer, and the layer's property with the entry that it gets, or neither. The first row that fits is taken.
A deployment may keep a table of its own and name it in settings.OSM_MAPPING.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from layers import catalog
from layers.imports.errors import ImportRefused

OURS = Path(__file__).with_name("osm_mapping.csv")
ANY = "*"
GEOMETRIES = frozenset({"point", "line", "area"})


class InvalidMapping(ImportRefused):
    code = "invalid-osm-mapping"


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    value: str
    geometries: frozenset[str]
    layer: str
    property: str
    entry: str

    def fits(self, value: str, geometry: str) -> bool:
        return self.value in (ANY, value) and geometry in self.geometries


def load() -> tuple[Rule, ...]:
    """The rules in the order of the table; raises InvalidMapping with the line that is wrong."""
    path = Path(getattr(settings, "OSM_MAPPING", "") or OURS)
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed_at: int) -> tuple[Rule, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_rule(number, row) for number, row in enumerate(csv.DictReader(file), start=2))


def _rule(number: int, row: dict[str, str]) -> Rule:
    try:
        rule = Rule(
            row["key"], row["value"], frozenset(row["geometry"].split()), row["layer"], row["property"], row["entry"]
        )
    except (KeyError, AttributeError) as error:
        raise InvalidMapping(
            _("Line {number} of the OSM mapping does not have all of its cells.").format(number=number)
        ) from error
    prop = catalog.layer(rule.layer).property(rule.property)
    known = not rule.property or (prop is not None and (not prop.choices or rule.entry in dict(prop.choices)))
    if not known or not rule.geometries <= GEOMETRIES:
        raise InvalidMapping(
            _("Line {number} of the OSM mapping: {layer} has no {property} “{entry}”.").format(
                number=number, layer=rule.layer, property=rule.property, entry=rule.entry
            )
        )
    return rule
