"""Which Maki icon stands for a category, where the category's own name is not one."""

import json
from collections.abc import Container
from functools import cache
from pathlib import Path

KIND_ICONS = Path(__file__).parent / "frontend" / "map" / "kind-icons.json"  # the map's script reads the same table


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = json.loads(KIND_ICONS.read_text())
    return table


def icon_of(kind: str, *, fallback: str, known: Container[str]) -> str:
    """The icon of a category: its own, else that of its layer, else a plain marker.

    >>> icon_of("museum", fallback="marker", known={"museum", "marker"})
    'museum'
    >>> icon_of("pool", fallback="marker", known={"swimming", "marker"})
    'swimming'
    >>> icon_of("ice-rink", fallback="star", known={"star", "marker"})
    'star'
    """
    for name in (_table().get(kind, kind), fallback):
        if name in known:
            return name
    return "marker"
