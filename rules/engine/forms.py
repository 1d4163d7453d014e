"""The JSON of a programme's definition, as an official's form writes it: every part typed, nothing else let in."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_platform.core.money import BASIS_POINTS
from rules.engine.receipt import AMOUNT_CENTS_MAX, Line

RULES_MAX = 100
CAPS_MAX = 20
POINTS_MAX = 1_000_000

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class Mode(StrEnum):
    BEST = "best"  # each line goes to the rule that takes most off it
    ALL = "all"  # every rule that matches, one on top of the other, never above the line
    FIRST = "first"  # each line goes to the rule with the lowest priority number


class Period(StrEnum):
    """In local calendar time."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class CapUnit(StrEnum):
    GRANTS = "grants"  # decisions in which the programme gave anything
    UNITS = "units"  # units of goods: trips, meals, tickets
    CENTS = "cents"
    POINTS = "points"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Percent(Part):
    kind: Literal["percent"]
    basis_points: int = Field(ge=1, le=BASIS_POINTS)


class Amount(Part):
    """So many cents off all targeted lines together."""

    kind: Literal["amount"]
    cents: int = Field(ge=1, le=AMOUNT_CENTS_MAX)


class FixedPrice(Part):
    """Each unit costs so many cents; a line that is cheaper already stays as it is."""

    kind: Literal["fixed-price"]
    cents: int = Field(ge=0, le=AMOUNT_CENTS_MAX)


class Points(Part):
    kind: Literal["points"]
    points: int = Field(ge=1, le=POINTS_MAX)


Effect = Annotated[Percent | Amount | FixedPrice | Points, Field(discriminator="kind")]


class WholeReceipt(Part):
    kind: Literal["receipt"]

    def takes(self, line: Line) -> bool:
        return True


class LinesByCategory(Part):
    kind: Literal["lines"]
    categories: list[Code] = Field(min_length=1, max_length=200)

    def takes(self, line: Line) -> bool:
        return line.category in self.categories


Target = Annotated[WholeReceipt | LinesByCategory, Field(discriminator="kind")]


class Group(Part):
    """Rules that compete. Every definition that names a group states its mode, and all must state the same."""

    code: Code
    mode: Annotated[Mode, Field(strict=False)]


class RuleForm(Part):
    id: Code
    when: dict[str, Any] | None = None
    target: Target = WholeReceipt(kind="receipt")
    effect: Effect
    group: Group
    priority: int = Field(default=100, ge=0, le=1_000)


class Cap(Part):
    """A limit for one person in one period, over all rules of the programme."""

    code: Code
    period: Annotated[Period, Field(strict=False)]
    unit: Annotated[CapUnit, Field(strict=False)]
    limit: int = Field(ge=1, le=AMOUNT_CENTS_MAX)


class DefinitionForm(Part):
    format: Literal[1]
    triggers: list[Code] = Field(min_length=1, max_length=20)
    when: dict[str, Any] | None = None
    rules: list[RuleForm] = Field(min_length=1, max_length=RULES_MAX)
    caps: list[Cap] = Field(default=[], max_length=CAPS_MAX)

    @model_validator(mode="after")
    def codes_are_unique(self) -> "DefinitionForm":
        for codes in ([rule.id for rule in self.rules], [cap.code for cap in self.caps]):
            if doubled := {code for code in codes if codes.count(code) > 1}:
                raise ValueError(f"“{min(doubled)}” is there twice")
        return self
