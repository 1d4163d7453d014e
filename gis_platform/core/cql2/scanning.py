"""A look at a filter's text before it is parsed: is it small and flat enough?"""

import re
from collections.abc import Iterator
from decimal import Decimal

from gis_platform.core.cql2 import limits
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _

# One token each, without backtracking: a quoted part ends at its quote or at the end of the text.
TOKENS = re.compile(
    r"(?P<text>'(?:[^']|'')*+'?)|(?P<name>\"[^\"]*+\"?)|(?P<number>(?:\d[\d.]*+|\.\d++)(?:[eE][-+]?\d++)?)"
    r"|(?P<word>[^\W\d][\w.:]*+)|(?P<open>\()|(?P<close>\))|(?P<sign>[-+])|(?P<operator>[*/%^=]|[<>!]=?)|(?P<comma>,)"
)
SUSPECT = re.compile(r"\d\.?[eE]|(?<!\d)\.\d", re.ASCII)  # a number that may have to be written out
UNREAD_NUMBER = re.compile(r"\d*\.?\d*(?:[eE][-+]?[0-2]?\d)?", re.ASCII)
OPERATORS = frozenset({"and", "or", "not", "div", "like", "between", "in", "is"})
SIGNS_OF_POSITION = 4  # coordinates have signs too, and there may be thousands of them
INTEGER = re.compile(r"\d+", re.ASCII)


def prepared(text: str) -> str:
    """The text for the parser: with its numbers written out, since in coordinates it knows no exponent and no bare dot.

    Raises FilterError for a text that the parser could choke on, or whose integers it would not keep.

    >>> prepared("S_WITHIN(g, POINT(2.37e1 .5)) AND name = '1e1'")
    "S_WITHIN(g, POINT(23.7 0.5)) AND name = '1e1'"
    """
    _check(text)
    if not SUSPECT.search(text):
        return text
    return TOKENS.sub(lambda token: _plain(token.group()) if token.lastgroup == "number" else token.group(), text)


def _plain(number: str) -> str:
    """
    >>> _plain("1.5E-3"), _plain("1e400"), _plain("7.")
    ('0.0015', '1e400', '7.')
    """
    if not UNREAD_NUMBER.fullmatch(number) or not (number.startswith(".") or "e" in number.lower()):
        return number
    return f"{Decimal(number):f}"


def _check(text: str) -> None:
    if len(text) > limits.TEXT_LENGTH_MAX:
        most = limits.TEXT_LENGTH_MAX
        raise FilterError("filter-too-large", _("The filter is longer than {most} characters."), most=most)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise FilterError("filter-syntax", _("The filter is not valid Unicode text."))
    _shape(text)


def _shape(text: str) -> None:
    signs = [0]  # plus and minus since the last comma, for each open parenthesis
    operators = 0
    for kind, token in _tokens(text):
        if kind == "open":
            signs.append(0)
        elif kind == "close":
            signs = signs[:-1] or [0]
        elif kind == "comma":
            signs[-1] = 0
        elif kind == "number" and INTEGER.fullmatch(token):
            _exact(token)
        elif kind == "sign" and signs[-1] < SIGNS_OF_POSITION:
            signs[-1] += 1
        elif kind in {"sign", "operator"} or token.lower() in OPERATORS:
            operators += 1
        _small(len(signs) - 1, operators)


def _small(depth: int, operators: int) -> None:
    if depth > limits.PARENTHESES_DEPTH_MAX:
        most = limits.PARENTHESES_DEPTH_MAX
        raise FilterError("filter-too-deep", _("The filter nests parentheses deeper than {most}."), most=most)
    if operators > limits.OPERATORS_MAX:
        most = limits.OPERATORS_MAX
        raise FilterError("filter-too-large", _("The filter has more than {most} operators."), most=most)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    return ((match.lastgroup or "", match.group()) for match in TOKENS.finditer(text))


def _exact(digits: str) -> None:
    """The parser reads every number as a double, which must not turn one id into another."""
    if len(digits) > 400 or int(digits) > limits.EXACT_INTEGER_MAX:
        raise FilterError("filter-value", _("The number {value} is too large to be exact."), value=digits)
