"""Card numbers are never kept: they are recognised here, refused at the door and struck out of the logs."""

import re

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import InvalidInput, Text

# 13 to 19 digits (ISO/IEC 7812-1), alone or in groups parted by single spaces or hyphens.
CANDIDATE = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,}(?!\d)")
LENGTHS = range(13, 20)
REMOVED = "[card number removed]"


class CardNumberRefused(InvalidInput):
    code = "card-number-refused"
    title = _("Card numbers are not kept here")


def is_luhn_valid(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B).

    >>> is_luhn_valid("4111111111111111"), is_luhn_valid("4111111111111112")
    (True, False)
    """
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def holds_card_number(text: str) -> bool:
    """Whether the text holds 13 to 19 digits that could be a payment card's number.

    >>> holds_card_number("paid with 4111 1111-1111 1111"), holds_card_number("reading 4111111111111112")
    (True, False)
    """
    return any(_is_card(match) for match in CANDIDATE.finditer(text))


def refuse_card_numbers(**texts: str) -> None:
    """Raises InvalidInput "card-number-refused" that names each of the fields which holds a card number."""
    held = [field for field, text in texts.items() if holds_card_number(text)]
    if held:
        sentence: Text = _("Remove the card number; use the card's token instead")
        raise CardNumberRefused(sentence, fields=dict.fromkeys(held, sentence))


def without_card_numbers(text: str) -> str:
    return CANDIDATE.sub(lambda match: REMOVED if _is_card(match) else match.group(), text)


def _is_card(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match.group())
    return len(digits) in LENGTHS and is_luhn_valid(digits)
