"""What the city promises (programmes) and what was decided (decisions)."""

from rules.benefits.models.alarms import AlarmThreshold, CityAlarm
from rules.benefits.models.analyses import WhatIfRun
from rules.benefits.models.decisions import Decision, Grant, Return, Usage
from rules.benefits.models.overrides import Override
from rules.benefits.models.programmes import Budget, Catalogue, Programme, ProgrammeVersion
from rules.benefits.models.vouchers import Redemption, Voucher

__all__ = [
    "AlarmThreshold",
    "Budget",
    "Catalogue",
    "CityAlarm",
    "Decision",
    "Grant",
    "Override",
    "Programme",
    "ProgrammeVersion",
    "Redemption",
    "Return",
    "Usage",
    "Voucher",
    "WhatIfRun",
]
