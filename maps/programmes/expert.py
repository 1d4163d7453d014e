"""The further condition of an expert: CQL2 text in the field, the same CQL2 as JSON in the definition."""

import json
from typing import Any

import cql2
from django.utils.translation import gettext as _

from gis_platform.core.cql2 import scanning
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.parsing import from_text
from maps.programmes.wrong import Wrong

FEATURE = "feature"  # in text a function of one name, feature('boundaries/centre'); in JSON {"feature": "..."}


def condition_of(text: str) -> dict[str, Any]:
    """The JSON of a text; a text that is JSON already is taken as it is. Raises Wrong.

    >>> condition_of("receipt.total > 500")
    {'op': '>', 'args': [{'property': 'receipt.total'}, 500]}
    """
    if text.lstrip().startswith("{"):
        return _json(text)
    try:
        from_text(text)  # our reader has the limits, and its sentences say where the text breaks
    except FilterError as error:
        raise Wrong(_(error.message).format(**error.values)) from error
    value = _from_text(cql2.parse_text(scanning.prepared(text)).to_json())
    if not isinstance(value, dict):
        raise Wrong(_("This is no condition: compare a fact with something, such as resident.age >= 65."))
    return value


def text_of(condition: dict[str, Any]) -> str:
    """The text of a condition; its JSON where no text would give back exactly this condition."""
    try:
        text: str = cql2.parse_json(json.dumps(_for_text(condition))).to_text()
        if condition_of(text) == condition:
            return text
    except Exception:  # noqa: S110 - the package raises bare Exception; what it cannot write stays JSON
        pass
    return json.dumps(condition, ensure_ascii=False)


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(_("The condition is not valid JSON.")) from error
    if not isinstance(value, dict):
        raise Wrong(_("The condition is not valid JSON."))
    return value


def _from_text(value: Any) -> Any:
    """As JSON has it: the parser makes every number a double, and knows no name of a feature."""
    match value:
        case {"op": "feature", "args": [str(name)]}:
            return {FEATURE: name}
        case dict():
            return {key: _from_text(part) for key, part in value.items()}
        case list():
            return [_from_text(part) for part in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _for_text(value: Any) -> Any:
    match value:
        case {"feature": str(name)} if len(value) == 1:
            return {"op": FEATURE, "args": [name]}
        case dict():
            return {key: _for_text(part) for key, part in value.items()}
        case list():
            return [_for_text(part) for part in value]
        case _:
            return value
