"""A programme's whole definition: when, what, for which units, at whose cost, up to which limits."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from rules.engine.forms.effects import Effect, Percent, Rounded, Tariff
from rules.engine.forms.limits import Cap, Counter
from rules.engine.forms.part import Code, Part
from rules.engine.forms.targets import Target, WholeReceipt

RULES_MAX = 100
CAPS_MAX = 20
COUNTERS_MAX = 20
TARIFFS_MAX = 20
FUNDERS_MAX = 50


class Mode(StrEnum):
    BEST = "best"  # each line goes to the rule that takes most off it
    ALL = "all"  # every rule that matches, one on top of the other, never above the line
    FIRST = "first"  # each line goes to the rule with the lowest priority number


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

    @model_validator(mode="after")
    def unit_prices_are_of_lines(self) -> Self:
        of_units = isinstance(self.effect, Percent) and self.effect.rounding.of is Rounded.UNIT_PRICE
        if of_units and isinstance(self.target, WholeReceipt):
            raise ValueError("prices of units are rounded on lines; give the rule lines as its target")
        return self


class Funding(Part):
    """Who pays, when; the first that matches. Where none does, it is the programme's own funder."""

    when: dict[str, Any] | None = None
    funder: Code


class DefinitionForm(Part):
    format: Literal[1]
    triggers: list[Code] = Field(min_length=1, max_length=20)
    when: dict[str, Any] | None = None
    rules: list[RuleForm] = Field(min_length=1, max_length=RULES_MAX)
    caps: list[Cap] = Field(default=[], max_length=CAPS_MAX)
    counters: list[Counter] = Field(default=[], max_length=COUNTERS_MAX)
    tariffs: list[Tariff] = Field(default=[], max_length=TARIFFS_MAX)
    funders: list[Funding] = Field(default=[], max_length=FUNDERS_MAX)

    @model_validator(mode="after")
    def codes_are_unique(self) -> Self:
        named: Sequence[Sequence[str]] = (
            [rule.id for rule in self.rules],
            [cap.code for cap in self.caps],
            [counter.code for counter in self.counters],
            [tariff.code for tariff in self.tariffs],
        )
        for codes in named:
            if doubled := {code for code in codes if codes.count(code) > 1}:
                raise ValueError(f"“{min(doubled)}” is there twice")
        return self
