"""Card numbers are never kept: they are recognised here, refused at the door and struck out of the logs."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import InvalidInput, Text

# 13 to 19 digits (ISO/IEC 7812-1), alone or in groups parted by single spaces or hyphens; no decimal places.
CANDIDATE = re.compile(r"(?<!\d)(?<!\d\.)\d(?:[ -]?\d){12,}(?!\d)")
LENGTHS = range(13, 20)
PRINTED = ((4, 6, 5), (4, 6, 4))  # groups on cards of 15 and 14 digits; on the others there are four in each
# What has a grammar of its own, in which a run of digits is no number by itself: UUIDs, keys and digests, IBANs.
UUID_OR_DIGEST = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32,}"
ACCOUNT = r"(?P<account>[A-Z]{2}\d{2}(?:[0-9A-Z]{11,30}|(?: [0-9A-Z]{4}){2,7}(?: [0-9A-Z]{1,3})?))"
LONGER = re.compile(rf"(?<![0-9A-Za-z])(?:{UUID_OR_DIGEST}|{ACCOUNT})(?![0-9A-Za-z])")
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
    return any(_cards(text))


def refuse_card_numbers(**texts: str) -> None:
    """Raises InvalidInput "card-number-refused" that names each of the fields which holds a card number."""
    held = [field for field, text in texts.items() if holds_card_number(text)]
    if held:
        sentence: Text = _("Remove the card number; use the card's token instead")
        raise CardNumberRefused(sentence, fields=dict.fromkeys(held, sentence))


def without_card_numbers(text: str) -> str:
    for match in reversed(list(_cards(text))):
        text = text[: match.start()] + REMOVED + text[match.end() :]
    return text


def _cards(text: str) -> Iterator[re.Match[str]]:
    longer: list[tuple[int, int]] | None = None
    for match in CANDIDATE.finditer(text):
        if not _is_card(match.group()):
            continue
        if longer is None:
            longer = [found.span() for found in LONGER.finditer(text) if _is_longer(found)]
        if not any(start <= match.start() and match.end() <= end for start, end in longer):
            yield match


def _is_card(run: str) -> bool:
    """Whether the whole run is a number, or some groups of it stand as they do on a card, after a quantity perhaps."""
    groups = re.split("[ -]", run)
    for first in range(len(groups)):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last]
            if len(digits) > LENGTHS[-1]:
                break
            part = groups[first : last + 1]
            if len(digits) in LENGTHS and (part == groups or _is_printed(part)) and is_luhn_valid(digits):
                return True
    return False


def _is_printed(groups: list[str]) -> bool:
    *before, last = lengths = tuple(map(len, groups))
    return lengths in PRINTED or not before or ({*before} == {4} and last <= 4)


def _is_longer(match: re.Match[str]) -> bool:
    account = match["account"]
    return account is None or _is_iban(account.replace(" ", ""))


def _is_iban(text: str) -> bool:
    """By its check digits (ISO 13616), which one in 97 other texts would have."""
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1
