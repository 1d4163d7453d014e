"""JSON from strangers: no NaN, nothing beyond the range of a number, no text that no database keeps, no bomb of
brackets."""

import json
import math
import re
from typing import Any

DEPTH_MAX = 32  # of nested arrays and objects
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps no NUL, UTF-8 has no half of a pair
VALUES_MAX = 200_000  # numbers, texts and containers: a GeoJSON of about 60,000 vertices


def loads(text: bytes) -> Any:
    """Raises ValueError.

    >>> loads(b'{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    try:
        document = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    check(document)
    return document


def check(document: Any) -> None:
    """Raises ValueError. Level by level, without recursion, so that depth itself cannot hurt."""
    level, seen = [document], 0
    for _depth in range(DEPTH_MAX):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
                below.extend(value)
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, str) and UNSTORABLE.search(value):
                raise ValueError("a text holds what is no character")
        seen += len(below)
        if seen > VALUES_MAX:
            break
        if not below:
            return
        level = below
    raise ValueError("nested too deeply or too large")


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number
