"""One input of the form: a text that a person types, and the value that the definition has for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from maps.programmes.expert import condition_of, text_of
from maps.programmes.wrong import Wrong
from rules.engine.gtin import read_gtin

type Text = str | Promise

WHOLE_MAX = 10**12
TEXT_MAX = 20_000
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REFERENCE = re.compile(r"[\w-]+/[^\s()/][^()/]*")
BETWEEN = re.compile(r"[,;\n]+|\s+")


class Kind(StrEnum):
    TEXT = "text"
    CONDITION = "condition"  # CQL2 text, kept as CQL2 JSON
    CODE = "code"
    CODES = "codes"
    GTINS = "gtins"
    WHOLE = "whole"
    MONEY = "money"  # typed in euros, kept in cents
    PERCENT = "percent"  # typed in per cent, kept in basis points
    DATE = "date"
    TIME = "time"  # typed as a clock shows it, kept as the minute of the day
    CHOICE = "choice"
    CHOICES = "choices"
    FEATURE = "feature"  # <layer>/<code or id>


@dataclass(frozen=True, kw_only=True)
class Input:
    """`name` is the field's, `path` where its value stands in the definition ("" for none).

    `only` names another input and the values of it under which this one counts; `source` the list that the page offers.
    """

    name: str
    kind: Kind
    title: Text
    path: str = ""
    needed: bool = False
    default: str = ""
    choices: tuple[tuple[str, Text], ...] = ()
    only: tuple[str, tuple[str, ...]] | None = None
    help: Text = ""
    source: str = ""


def value_of(kind: Kind, texts: list[str]) -> Any:
    """What the definition has for it; None for nothing typed. Raises Wrong."""
    kept = [text.strip() for text in texts if text.strip()]
    if not kept:
        return None
    if kind is Kind.CHOICES:
        return kept
    if len(kept[0]) > TEXT_MAX:
        raise Wrong(_("At most {most} characters.").format(most=TEXT_MAX))
    return READ[kind](kept[0])


def texts_of(kind: Kind, value: Any) -> list[str]:
    """What stands in the field for a value of the definition."""
    if value is None:
        return []
    return [str(one) for one in value] if kind is Kind.CHOICES else [WRITTEN.get(kind, str)(value)]


def money(text: str) -> int:
    """
    >>> money("3,60"), money("€ 1 234.5"), money("0")
    (360, 123450, 0)
    """
    plain = re.sub(r"[\s€]", "", text).replace(",", ".")
    return _hundredths(plain, _("Write an amount in euros, such as 3,60."))


def percent(text: str) -> int:
    """
    >>> percent("50"), percent("33,33 %")
    (5000, 3333)
    """
    plain = re.sub(r"[\s%]", "", text).replace(",", ".")
    points = _hundredths(plain, _("Write per cent with at most two decimals, such as 50 or 12,5."))
    if not 1 <= points <= 10_000:
        raise Wrong(_("Between 0,01 and 100 per cent."))
    return points


def _hundredths(plain: str, sentence: str) -> int:
    try:
        number = Decimal(plain) if re.fullmatch(r"\d{1,12}(\.\d{0,2})?", plain, re.ASCII) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise Wrong(sentence)
    return int(number * 100)


def in_hundredths(value: int) -> str:
    """
    >>> in_hundredths(360), in_hundredths(5000), in_hundredths(5)
    ('3,60', '50', '0,05')
    """
    whole, rest = divmod(value, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def minute(text: str) -> int:
    """
    >>> minute("09:30"), minute("24:00")
    (570, 1440)
    """
    if text == "24:00":
        return 24 * 60
    try:
        clock = time.fromisoformat(text if len(text) > 4 else f"0{text}")
    except ValueError:
        raise Wrong(_("Write a time such as 09:30.")) from None
    return clock.hour * 60 + clock.minute


def _clock(value: int) -> str:
    return f"{value // 60:02}:{value % 60:02}"


def _whole(text: str) -> int:
    plain = re.sub(r"\s", "", text)
    if not re.fullmatch(r"\d{1,12}", plain, re.ASCII):
        raise Wrong(_("Write a whole number."))
    return int(plain)


def _code(text: str) -> str:
    if not CODE.fullmatch(text) or len(text) > 60:
        raise Wrong(_("“{text}” is no code: small letters, digits and single hyphens.").format(text=text[:60]))
    return text


def _codes(text: str) -> list[str]:
    return [_code(part) for part in BETWEEN.split(text) if part]


def _gtins(text: str) -> list[str]:
    try:
        return [read_gtin(part) for part in BETWEEN.split(text) if part]
    except ValueError as error:
        raise Wrong(str(error)) from None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Wrong(_("Write a date such as 2026-09-01.")) from None


def _feature(text: str) -> str:
    if not REFERENCE.fullmatch(text):
        raise Wrong(_("Choose one of the list, or write <layer>/<code>, such as boundaries/centre."))
    return text


READ: Mapping[Kind, Callable[[str], Any]] = MappingProxyType(
    {
        Kind.TEXT: str,
        Kind.CODE: _code,
        Kind.CODES: _codes,
        Kind.GTINS: _gtins,
        Kind.WHOLE: _whole,
        Kind.MONEY: money,
        Kind.PERCENT: percent,
        Kind.DATE: _day,
        Kind.TIME: minute,
        Kind.CHOICE: str,
        Kind.CONDITION: condition_of,
        Kind.FEATURE: _feature,
    }
)
WRITTEN: Mapping[Kind, Callable[[Any], str]] = MappingProxyType(
    {
        Kind.CODES: ", ".join,
        Kind.GTINS: ", ".join,
        Kind.MONEY: in_hundredths,
        Kind.PERCENT: in_hundredths,
        Kind.TIME: _clock,
        Kind.CONDITION: text_of,
    }
)
