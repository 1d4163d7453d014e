"""Which units of a receipt a rule is about."""

from typing import Annotated, Any, Literal

from pydantic import Field

from rules.engine.forms.part import Code, Part, Units
from rules.engine.gtin import Gtin
from rules.engine.receipt import QUANTITY_MAX

CHOICES_MAX = 1_000
PARTS_MAX = 10


class WholeReceipt(Part):
    kind: Literal["receipt"]


class Lines(Part):
    """Lines of one of the categories, or with one of the articles; of both where both are given.

    `when` asks about the line alone. With fewer than `units_min` units there is nothing to take; of more than
    `units_max`, the first in `order` (by the price of a unit) are taken.
    """

    categories: list[Code] | None = Field(default=None, min_length=1, max_length=CHOICES_MAX)
    gtins: list[Gtin] | None = Field(default=None, min_length=1, max_length=CHOICES_MAX)
    when: dict[str, Any] | None = None
    units_min: int = Field(default=1, ge=0, le=QUANTITY_MAX)
    units_max: Units | None = None
    order: Literal["cheapest", "dearest"] = "cheapest"


class LinesTarget(Lines):
    kind: Literal["lines"]


class SetTarget(Part):
    """One set of several parts, such as two adults and up to four children.

    Every part has to be there, unless its `units_min` is 0. A line belongs to the first part that takes it.
    """

    kind: Literal["set"]
    parts: list[Lines] = Field(min_length=1, max_length=PARTS_MAX)


Target = Annotated[WholeReceipt | LinesTarget | SetTarget, Field(discriminator="kind")]
