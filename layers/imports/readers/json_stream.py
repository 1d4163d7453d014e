"""Reads GeoJSON feature by feature, so that a large file never lies in memory as a whole."""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from django.utils.translation import gettext as _

from layers.imports.errors import BrokenFile, UnknownFormat, WrongEncoding
from layers.imports.limits import limits

BLOCK = 1024 * 1024  # characters
SPACE = re.compile(r"[ \t\r\n\x1e]*")  # with the record separator of RFC 8142
NUMBER_END = frozenset("0123456789.+-eE")


class FeatureStream:
    """The features of a FeatureCollection, of one Feature, or of a sequence of Features (RFC 7946, 8142).

    `members` holds what the collection says beside its features, known in full once `features` has ended. A feature
    is whatever stands in its place; whether it is one is for the reader to say. Raises BrokenFile, UnknownFormat.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self.members: dict[str, Any] = {}

    def features(self) -> Iterator[Any]:
        yield from self._first()
        while self._peek():
            if self.members.get("type") != "Feature":
                raise self._broken(_("something follows after its end"))
            yield self._value()

    def _first(self) -> Iterator[Any]:
        self._take("{")
        found = False
        while (char := self._peek()) and char != "}":
            key = self._value()
            self._take(":")
            if key == "features" and self._peek() == "[":
                found = True
                yield from self._elements()
            else:
                self.members[key] = self._value()
            if self._peek() != "}":
                self._take(",")
        self._take("}")
        if self.members.get("type") == "Feature":
            yield self.members
        elif not found:
            raise UnknownFormat(_("The JSON file is not GeoJSON: it has no features."))

    def _elements(self) -> Iterator[Any]:
        self._take("[")
        while (char := self._peek()) and char != "]":
            yield self._value()
            if self._peek() != "]":
                self._take(",")
        self._take("]")

    def _peek(self) -> str:
        while True:
            match = SPACE.match(self._text, self._at)
            assert match is not None  # it matches nothing too
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more():
                return ""

    def _take(self, char: str) -> None:
        if self._peek() != char:
            raise self._broken(_("“{char}” is missing").format(char=char))
        self._at += 1

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._read_more():
                    continue
                raise self._broken(error.msg) from error
            except RecursionError as error:
                raise self._broken(_("it is nested too deeply")) from error
            if end == len(self._text) and self._text[end - 1] in NUMBER_END and self._read_more():
                continue  # the number may go on
            self._at = end
            return value

    def _read_more(self) -> bool:
        rest = self._text[self._at :]
        if len(rest) > limits().feature_bytes_max:
            raise self._broken(_("one of its features is too large"))
        try:
            # As much again as is left: a long feature is then parsed a few times, not once for each block.
            block = self._file.read(max(BLOCK, len(rest)))
        except UnicodeDecodeError as error:
            raise WrongEncoding(
                _("The text is not UTF-8; name its encoding with --encoding, for example windows-1257.")
            ) from error
        self._text, self._at = rest + block, 0
        return bool(block)

    def _broken(self, why: str) -> BrokenFile:
        return BrokenFile(
            _("The JSON is damaged ({why}), near “{text}”. Export the file again.").format(
                why=why, text=self._text[self._at : self._at + 40]
            )
        )


DECODER = json.JSONDecoder()
