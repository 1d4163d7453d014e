"""Article numbers (GTIN-8 to GTIN-14, GS1 General Specifications). All are kept with 14 digits, so that one article has
one number however many zeros a till puts in front.
"""

from typing import Annotated

from pydantic import AfterValidator

LENGTHS = (8, 12, 13, 14)


def read_gtin(text: str) -> str:
    """The number with 14 digits. Raises ValueError for anything that is no GTIN, or has a wrong check digit.

    >>> read_gtin("6291041500213"), read_gtin("73513537")
    ('06291041500213', '00000073513537')
    >>> read_gtin("6291041500214")
    Traceback (most recent call last):
    ValueError: “6291041500214” has a wrong check digit; 3 would be right
    """
    if not (text.isascii() and text.isdigit() and len(text) in LENGTHS):
        raise ValueError(f"“{text[:20]}” is not an article number (GTIN) of 8, 12, 13 or 14 digits")
    number = text.zfill(14)
    if (right := check_digit(number[:-1])) != number[-1]:
        raise ValueError(f"“{text}” has a wrong check digit; {right} would be right")
    return number


def check_digit(digits: str) -> str:
    """Of the 13 digits before it, weighted 3, 1, 3, … from the left.

    >>> check_digit("0629104150021")
    '3'
    """
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits))
    return str(-total % 10)


Gtin = Annotated[str, AfterValidator(read_gtin)]
