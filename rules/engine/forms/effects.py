"""What a rule does with the units that its target chose.

Percent and amount are parts of the till's price. What states a price (fixed-price, bundle, tariff, pay-at-most) works
from what earlier groups left to pay, and never raises a price.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from gis_platform.core.money import BASIS_POINTS
from rules.engine.forms.part import Cents, Code, Part, Price, Units

POINTS_MAX = 1_000_000
STEP_CENTS_MAX = 10_000
VALID_DAYS_MAX = 3_660  # ten years


class Way(StrEnum):
    HALF_UP = "half-up"
    DOWN = "down"
    UP = "up"


class Rounded(StrEnum):
    DISCOUNT = "discount"  # of the line; of a whole receipt once, for its total
    UNIT_PRICE = "unit-price"  # what one unit still costs, as a fare table has it


class Rounding(Part):
    way: Annotated[Way, Field(strict=False)] = Way.HALF_UP
    step_cents: int = Field(default=1, ge=1, le=STEP_CENTS_MAX)
    of: Annotated[Rounded, Field(strict=False)] = Rounded.DISCOUNT


class Percent(Part):
    """`cents_max` is for all targeted units of the receipt together."""

    kind: Literal["percent"]
    basis_points: int = Field(ge=1, le=BASIS_POINTS)
    cents_max: Cents | None = None
    rounding: Rounding = Rounding()


class Amount(Part):
    """So many cents off: off all targeted units together, or off each."""

    kind: Literal["amount"]
    cents: Cents
    per: Literal["receipt", "unit"] = "receipt"


class FixedPrice(Part):
    """Each unit costs so many cents; one that is cheaper already stays as it is."""

    kind: Literal["fixed-price"]
    cents: Price


class FreeQuantity(Part):
    """Of every `bought` + `free` units, `free` cost nothing, in the order of the target.

    With a counter (of units), what it has counted before was bought before: the 11th ride is free across receipts.
    """

    kind: Literal["free-quantity"]
    bought: Units
    free: Units
    counter: Code | None = None


class Bundle(Part):
    """Every so many units together cost so much, the dearest first; without `units`, all that the target chose."""

    kind: Literal["bundle"]
    cents: Price
    units: Units | None = None


class ByTariff(Part):
    """Each unit costs what the tariff has for its category; a category that is not in it keeps its price."""

    kind: Literal["tariff"]
    tariff: Code


class PayAtMost(Part):
    """What is paid for the targeted units, with what the counter (of paid cents) has before, stops at so much."""

    kind: Literal["pay-at-most"]
    counter: Code
    cents: Price


class Points(Part):
    """For a decision, for each targeted unit, or for each whole euro that is paid for the targeted units."""

    kind: Literal["points"]
    points: int = Field(ge=1, le=POINTS_MAX)
    per: Literal["decision", "unit", "euro"] = "decision"


class Voucher(Part):
    """A right to so many cents off a later receipt, from the day of the decision on."""

    kind: Literal["voucher"]
    cents: Cents
    valid_days: int = Field(ge=1, le=VALID_DAYS_MAX)
    categories: list[Code] | None = Field(default=None, min_length=1, max_length=200)


Effect = Annotated[
    Percent | Amount | FixedPrice | FreeQuantity | Bundle | ByTariff | PayAtMost | Points | Voucher,
    Field(discriminator="kind"),
]


class Tariff(Part):
    """Unit prices by the category of a line."""

    code: Code
    prices: dict[Code, Price] = Field(min_length=1, max_length=500)
