"""Programmes with worked examples that an official can read: facts in, cents and points out. They run as tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Example:
    """`left` is what is left of each cap beforehand, `used` what is taken of it.

    `counters` is what each counter has counted before, `counted` what is added to it. `voucher_cents` is the worth of
    the vouchers promised, `funder` who pays where it is not the programme's own, `verdict` that of every rule. An
    empty `counted`, `funder` or `verdict` expects nothing in particular.
    """

    name: str
    facts: Mapping[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    left: Mapping[str, int] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    discounts: Mapping[str, int] = field(default_factory=dict)
    points: int = 0
    voucher_cents: int = 0
    used: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)
    funder: str = ""
    verdict: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkedProgramme:
    """`programme` holds the fields of the model, but `legal_date` as text."""

    programme: Mapping[str, str]
    definition: Mapping[str, Any]
    examples: tuple[Example, ...]
    cities: tuple[str, ...] = ()  # where it is about one city's own places; none: every city

    @property
    def code(self) -> str:
        return self.programme["code"]


@cache
def worked_programmes() -> tuple[WorkedProgramme, ...]:
    """All of them, by file name."""
    values = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return tuple(
        WorkedProgramme(
            programme=value["programme"],
            definition=value["definition"],
            examples=tuple(Example(**example) for example in value["examples"]),
            cities=tuple(value.get("cities", ())),
        )
        for value in values
    )
