"""Template tags that lay out a JSON document as it is: every member, every link."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.filter
def kind(value: Any) -> str:
    """One of "object", "list", "words" (a list of short values), "link", "address" and "text"."""
    match value:
        case {"href": str()}:
            return "link"
        case dict():
            return "object"
        case list() | tuple():
            return "words" if all(kind(part) == "text" for part in value) else "list"
        case str() if value.startswith(("http://", "https://")):
            return "address"
    return "text"


@register.filter
def members(value: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Its pairs; `value.items` in a template would be the member of that name."""
    return value.items()


@register.filter
def member(value: dict[str, Any], name: str) -> Any:
    return value.get(name)
