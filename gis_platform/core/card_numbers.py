"""The door for card numbers: whatever is sent, as JSON, in a form or otherwise, is refused when a text of it holds one.

No view is called then, so nothing is stored, logged or sent on. Rooms need not remember to look; those that read files
look through the rows of these. One in ten article numbers (GTIN) passes Luhn's check, so a room declares which of its
fields take them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Text
from gis_platform.core.luhn import CardNumberRefused, holds_card_number
from gis_platform.core.middleware import GetResponse, refusal

READING = frozenset({"GET", "HEAD", "OPTIONS"})
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")  # in JSON a digit may be written as \u0034
ARTICLE_NUMBER = re.compile(r"(?<!\d)\d{13,14}(?!\d)")  # as in a list of them
LONG_RUN = re.compile(r"\d(?:[ -]?\d){12}")  # in every card number, and quick to look for
FIELDS_NAMED_MAX = 20
WHOLE = "body"

_article_fields: dict[str, set[str]] = defaultdict(set)


def takes_article_numbers(view_name: str, *fields: str) -> None:
    """Declares fields of a view as of the type GTIN. `lines.gtin` is that of each line; `*` stands for any letters."""
    _article_fields[view_name].update(fields)


def article_fields(view_name: str) -> frozenset[str]:
    return frozenset(_article_fields.get(view_name, ()))


class CardNumberMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if request.method in READING:
            return None
        match = request.resolver_match
        held = list(dict.fromkeys(_held(_texts(request), article_fields(match.view_name if match else ""))))
        if not held:
            return None
        sentence: Text = _("Remove the card number; use the card's token instead")
        return refusal(request, CardNumberRefused(sentence, fields=dict.fromkeys(held[:FIELDS_NAMED_MAX], sentence)))


def texts_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text of a JSON value, names of members among them, with the names that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield name or WHOLE, key
            yield from texts_of(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, name)
    elif isinstance(value, str):
        yield name or WHOLE, value


def refuse_in_json(value: Any, *, article_numbers: tuple[str, ...] = ()) -> None:
    """For documents that come as files. Raises CardNumberRefused."""
    if any(_held(texts_of(value), frozenset(article_numbers))):
        raise CardNumberRefused


def is_doubtful(body: bytes, *, but_for: re.Pattern[bytes] | None = None) -> bool:
    """Whether a JSON body should be read through, apart from what is cut out of it first. Quick: a till waits."""
    text = _unescaped((but_for.sub(b"", body) if but_for else body).decode(errors="replace"))
    return LONG_RUN.search(text) is not None and holds_card_number(text)


def _held(texts: Iterator[tuple[str, str]], exempt: frozenset[str]) -> Iterator[str]:
    for name, text in texts:
        if not holds_card_number(text):
            continue
        if any(fnmatchcase(name, field) for field in exempt) and not holds_card_number(ARTICLE_NUMBER.sub("", text)):
            continue
        yield WHOLE if holds_card_number(name) else name[:100]


def _texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    kind = (request.content_type or "").lower()
    if request.method == "POST" and kind in (URLENCODED, MULTIPART):
        yield from ((name, str(value)) for name, values in request.POST.lists() for value in (name, *values))
        yield from ((name, file.name or "") for name, files in request.FILES.lists() for file in files)
        return
    text = request.body.decode(json.detect_encoding(request.body), errors="replace")
    if kind == URLENCODED:
        yield from parse_qsl(text)
    elif holds_card_number(_unescaped(text)):  # else no text in it holds one
        yield from _read_through(text)


def _read_through(text: str) -> Iterator[tuple[str, str]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        yield WHOLE, text
    else:
        yield from texts_of(value)


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text
