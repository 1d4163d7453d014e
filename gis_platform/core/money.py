"""Money is a whole number of cents; nothing here knows a float."""

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


def display(cents: int, *, language: str) -> str:
    """The amount in euros as the language writes it.

    >>> display(123456, language="lv"), display(-5, language="lt"), display(123456, language="en")
    ('1\\xa0234,56\\xa0€', '-0,05\\xa0€', '€1,234.56')
    """
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    if language.startswith("en"):
        return f"{sign}€{euros:,}.{rest:02}"
    grouped = f"{euros:,}".replace(",", "\xa0")
    return f"{sign}{grouped},{rest:02}\xa0€"
