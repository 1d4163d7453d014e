"""The JSON of a request that adds or changes: read once, every value asked for by name and kind, none left over."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from layers.sensors.parsing import json_content
from ogc_api.sensorthings.errors import NotOffered

DEPTH_MAX = 12


class Body:
    """Members are taken out one by one; `done` refuses what nobody took."""

    def __init__(self, content: Any, *, what: str) -> None:
        if not isinstance(content, dict):
            raise InvalidInput(_("%(what)s: this must be a JSON object.") % {"what": what})
        self.content = {name: value for name, value in content.items() if value is not None}
        self.what = what

    def text(self, name: str, otherwise: str | None = None) -> str:
        """Raises InvalidInput where it is not text, or missing without `otherwise`."""
        value = self.content.pop(name, otherwise)
        if not isinstance(value, str):
            raise self.invalid(name, _("This must be text."))
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.content.pop(name, {})
        if not isinstance(value, dict):
            raise self.invalid(name, _("This must be a JSON object."))
        return value

    def entities(self, name: str) -> list[Any]:
        value = self.content.pop(name, [])
        if not isinstance(value, list):
            raise self.invalid(name, _("This must be a JSON array."))
        return value

    def given(self, name: str) -> bool:
        return name in self.content

    def invalid(self, name: str, reason: str) -> InvalidInput:
        return InvalidInput(f"{self.what}: {name}: {reason}", fields={name: reason})

    def done(self) -> None:
        """Raises NotOffered, so that nothing is lost in silence."""
        self.content.pop("@iot.id", None)
        self.content.pop("@iot.selfLink", None)
        others = sorted(name for name in self.content if not name.endswith("@iot.navigationLink"))
        if others:
            raise NotOffered(_("Not kept here: %(names)s.") % {"names": ", ".join(others)[:200]})


def storable(content: bytes) -> Any:
    """The JSON of a body, if PostgreSQL can hold all of it; raises InvalidInput."""
    value = json_content(content)
    todo = [(value, 0)]
    while todo:
        part, depth = todo.pop()
        if depth > DEPTH_MAX:
            raise InvalidInput(_("Nested more than %(max)d deep.") % {"max": DEPTH_MAX})
        if not _is_storable(part):
            raise InvalidInput(_("There is a character or a number in it that cannot be kept."))
        todo += [(inner, depth + 1) for inner in _inside(part)]
    return value


def reference(value: Any) -> int | None:
    """The id of {"@iot.id": 7}; None for an entity that is written out."""
    if not isinstance(value, Mapping) or "@iot.id" not in value or len(value) > 1:
        return None
    found = value["@iot.id"]
    if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < 2**63:
        raise InvalidInput(_("The id of an entity is a whole number."))
    return found


def _inside(part: Any) -> Iterable[Any]:
    if isinstance(part, dict):
        return [*part, *part.values()]
    return part if isinstance(part, list) else ()


def _is_storable(part: Any) -> bool:
    if isinstance(part, str):
        return "\0" not in part and not any("\ud800" <= letter <= "\udfff" for letter in part)
    return not isinstance(part, float) or math.isfinite(part)


def json_text(value: Any) -> str:
    return json.dumps(value, allow_nan=False)
