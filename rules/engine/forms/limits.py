"""What is counted, and what is limited."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from rules.engine.forms.part import Cents, Code, Part

WINDOW_MINUTES_MAX = 60 * 24 * 31


class Period(StrEnum):
    """In local calendar time; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALWAYS = "always"


class CapUnit(StrEnum):
    GRANTS = "grants"  # decisions in which the programme gave anything
    UNITS = "units"  # units of goods: trips, meals, tickets
    CENTS = "cents"
    POINTS = "points"


class Holder(StrEnum):
    """Of whom a cap speaks."""

    PERSON = "person"
    HOUSEHOLD = "household"
    PROGRAMME = "programme"  # everybody together
    MERCHANT = "merchant"
    RECEIPT = "receipt"


class Cap(Part):
    """A limit for one holder in one period, over all rules of the programme."""

    code: Code
    per: Annotated[Holder, Field(strict=False)] = Holder.PERSON
    period: Annotated[Period, Field(strict=False)]
    unit: Annotated[CapUnit, Field(strict=False)]
    limit: Cents  # or so many grants, units, points

    @model_validator(mode="after")
    def a_receipt_has_no_period(self) -> Self:
        if self.per is Holder.RECEIPT and self.period is not Period.ALWAYS:
            raise ValueError("a cap per receipt has the period “always”")
        return self


class Minutes(Part):
    """A window that the first thing counted opens; after so many minutes the next one opens a new one."""

    minutes: int = Field(ge=1, le=WINDOW_MINUTES_MAX)


Span = Annotated[
    Annotated[Period, Field(strict=False), Tag("period")] | Annotated[Minutes, Tag("window")],
    Discriminator(lambda value: "window" if isinstance(value, dict | Minutes) else "period"),
]


class Counter(Part):
    """What a person has done under the programme, as the fact `counter.<code>` of the programme's own rules.

    Counts every receipt (or event) that has one of the programme's triggers, whatever the rules gave for it; with
    categories, only their lines. The fact has what was there before this receipt.
    """

    code: Code
    counts: Literal["units", "paid-cents", "receipts"]
    period: Span
    categories: list[Code] | None = Field(default=None, min_length=1, max_length=200)
