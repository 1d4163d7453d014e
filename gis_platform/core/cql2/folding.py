"""Texts without case and without accents: the same in memory and in SQL, where ICU and Unicode's tables do it."""

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

FIRST_MARK, LAST_MARK = "\u0300", "\u036f"  # the block of combining diacritical marks
# Letters that Unicode does not take apart, though people type them without the stroke.
STROKED = str.maketrans("øØđĐłŁħĦŧŦı", "oOdDlLhHtTi")


def without_case(text: str) -> str:
    """Upper case first, so that ß is ss; and one sigma, wherever it stands.

    >>> without_case("Straße ΟΔΟΣ")
    'strasse οδοσ'
    """
    return text.upper().lower().replace("ς", "σ")


def without_accents(text: str) -> str:
    """
    >>> without_accents("Šiauliai, Ķekava, København")
    'Siauliai, Kekava, Kobenhavn'
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in parts if not FIRST_MARK <= letter <= LAST_MARK).translate(STROKED)


FOLDS: Mapping[str, Callable[[str], str]] = MappingProxyType({"casei": without_case, "accenti": without_accents})
