"""The JSON of a programme's definition, as an official's form writes it: every part typed, nothing else let in."""

from rules.engine.forms.definition import DefinitionForm, Funding, Group, Mode, RuleForm
from rules.engine.forms.effects import (
    Amount,
    Bundle,
    ByTariff,
    Effect,
    FixedPrice,
    FreeQuantity,
    PayAtMost,
    Percent,
    Points,
    Rounded,
    Rounding,
    Tariff,
    Voucher,
    Way,
)
from rules.engine.forms.limits import Cap, CapUnit, Counter, Holder, Minutes, Period
from rules.engine.forms.part import Code, Part
from rules.engine.forms.targets import Lines, LinesTarget, SetTarget, Target, WholeReceipt

__all__ = [
    "Amount",
    "Bundle",
    "ByTariff",
    "Cap",
    "CapUnit",
    "Code",
    "Counter",
    "DefinitionForm",
    "Effect",
    "FixedPrice",
    "FreeQuantity",
    "Funding",
    "Group",
    "Holder",
    "Lines",
    "LinesTarget",
    "Minutes",
    "Mode",
    "Part",
    "PayAtMost",
    "Percent",
    "Period",
    "Points",
    "Rounded",
    "Rounding",
    "RuleForm",
    "SetTarget",
    "Target",
    "Tariff",
    "Voucher",
    "Way",
    "WholeReceipt",
]
