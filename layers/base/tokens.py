"""Tokens of the change feed: a layer and a place in its history. They choose where to start, never what is seen."""

import base64
import binascii
import re

from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput

NOW = "now"
WRITTEN = re.compile(r"v1:([a-z0-9_-]{1,60}):(\d{1,18})", re.ASCII)
LENGTH_MAX = 200


class InvalidToken(InvalidInput):
    code = "invalid-token"


def token(layer: str, place: int) -> str:
    """
    >>> place_of("tourism", token("tourism", 17))
    17
    """
    return base64.urlsafe_b64encode(f"v1:{layer}:{place}".encode()).decode().rstrip("=")


def place_of(layer: str, text: str) -> int:
    """Raises InvalidToken for a text that is no token, or one of another layer."""
    try:
        if len(text) > LENGTH_MAX or not text.isascii():
            raise ValueError(text)
        written = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        written = ""
    found = WRITTEN.fullmatch(written)
    if found is None or found.group(1) != layer or token(layer, int(found.group(2))) != text:
        raise InvalidToken(_("This is no token of this layer's changes; begin with since=now."))
    return int(found.group(2))
