"""What a style may hold: choices within bounds, and MapLibre layers of known kinds, without addresses of any kind."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from gis_platform.core.errors import InvalidInput, TooLarge

BYTES_MAX = 64 * 1024
DEPTH_MAX = 24
# A style names images, fonts and texts; whatever looks like an address or markup has no business in it.
FOREIGN = re.compile(r"://|^\s*//|\bdata:|\bjavascript:|\burl\s*\(|[<>]\s*/?\s*[a-z!]", re.IGNORECASE)
SCHEMAS = Path(__file__).parent / "schemas"


class InvalidStyle(InvalidInput):
    code = "invalid-style"


class StyleTooLarge(TooLarge):
    code = "style-too-large"


def check_choices(choices: Any) -> dict[str, Any]:
    _check("choices", choices)
    return dict(choices)


def check_drawn(drawn: Any, *, layer: str) -> list[dict[str, Any]]:
    """MapLibre style layers of this layer's tiles; raises InvalidStyle or StyleTooLarge."""
    if len(json.dumps(drawn)) > BYTES_MAX:
        raise StyleTooLarge(_("A style may be {limit} kB long.").format(limit=BYTES_MAX // 1024))
    _refuse_foreign(drawn, 0)
    _check("drawn", drawn)
    names = [part["id"] for part in drawn]
    if len(set(names)) < len(names):
        raise InvalidStyle(_("Two parts of the style have the same id."))
    for part in drawn:
        if part["type"] != "background" and part.get("source-layer", layer) != layer:
            raise InvalidStyle(_("A style draws one layer: {layer}.").format(layer=layer))
    return list(drawn)


def _refuse_foreign(value: Any, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise InvalidStyle(_("The style is nested too deeply."))
    match value:
        case str() if FOREIGN.search(value):
            raise InvalidStyle(_("A style holds no addresses and no markup: “{text}”.").format(text=value[:60]))
        case dict():
            for key, member in value.items():
                _refuse_foreign(key, depth + 1)
                _refuse_foreign(member, depth + 1)
        case list():
            for member in value:
                _refuse_foreign(member, depth + 1)


def _check(name: str, value: Any) -> None:
    error = next(iter(_validator(name).iter_errors(value)), None)
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or name
        raise InvalidStyle(f"{where}: {error.message[:300]}", fields={where: error.message[:300]})


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))
