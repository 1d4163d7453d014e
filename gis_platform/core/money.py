"""Money is a whole number of cents; nothing here knows a float."""

from collections.abc import Sequence

from django.utils.translation import get_language

BASIS_POINTS = 10_000  # in one whole


def percent(amount_cents: int, basis_points: int) -> int:
    """The part of an amount in basis points (1 % = 100), half a cent rounded up, away from zero for returns.

    A return must undo its sale to the cent, hence the symmetry.

    >>> percent(85, 8_000), percent(25, 1_000), percent(-25, 1_000)
    (68, 3, -3)
    """
    product = abs(amount_cents * basis_points)
    part = (2 * product + BASIS_POINTS) // (2 * BASIS_POINTS)
    return part if amount_cents * basis_points >= 0 else -part


def share_out(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Splits a total by weights so that the parts sum to it; the largest remainders, then the first, get the odd cents.

    Raises ValueError for a negative weight, or when nothing has any weight.

    >>> share_out(100, [1, 1, 1]), share_out(-100, [1, 1, 1]), share_out(0, [3, 5])
    ([34, 33, 33], [-34, -33, -33], [0, 0])
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("a total is shared out by weights of zero or more that sum to more than zero")
    products = [abs(total_cents) * weight for weight in weights]
    parts = [product // whole for product in products]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(products[i] % whole), i))
    for i in by_remainder[: abs(total_cents) - sum(parts)]:
        parts[i] += 1
    return parts if total_cents >= 0 else [-part for part in parts]


def display(cents: int, *, language: str | None = None) -> str:
    """The amount in euros as the language writes it; without `language`, the active one.

    >>> display(123456, language="lv"), display(-5, language="lt"), display(123456, language="en")
    ('1\\xa0234,56\\xa0€', '-0,05\\xa0€', '€1,234.56')
    """
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    if (language or get_language() or "").startswith("en"):
        return f"{sign}€{euros:,}.{rest:02}"
    grouped = f"{euros:,}".replace(",", "\xa0")
    return f"{sign}{grouped},{rest:02}\xa0€"
