"""Recorded counterparts of the four registers: they answer from exchanges that are written down, about invented people.

They stand in for a live register in the demo, in tests and in a trial of the desk; no answer of theirs is a fact. Who
is in no exchange is answered with a no, as a register does.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from gis_platform.core import clock
from gis_platform.residents.ages import age_on
from gis_platform.residents.registers import Answer, RegisterUnavailable, Subject

EXCHANGES = Path(__file__).parent / "exchanges.json"


@cache
def exchanges() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(EXCHANGES.read_text(encoding="utf-8"))
    return found


class Recorded:
    """`down` makes it fall silent, as registers do; a test and the demo's operator set it."""

    name: ClassVar[str]
    down: ClassVar[bool] = False

    def ask(self, subject: Subject, question: str, *, purpose: str) -> Answer:
        if type(self).down:
            raise RegisterUnavailable
        for exchange in exchanges()[self.name]:
            if exchange["question"] == question and _is_about(exchange["about"], subject):
                return _answer(exchange["answer"])
        return Answer(holds=False, reference=f"{self.name}/none")


class Population(Recorded):
    name = "population"


class School(Recorded):
    name = "school"


class Disability(Recorded):
    name = "disability"


class FamilyCard(Recorded):
    name = "family-card"


def _is_about(about: Mapping[str, Any], subject: Subject) -> bool:
    """An exchange is about one person by name and birthday, or about everybody of an age."""
    if "ages" in about:
        low, high = about["ages"]
        return subject.birth_date is not None and low <= age_on(subject.birth_date, clock.today()) <= high
    names = (subject.given_name.casefold(), subject.family_name.casefold())
    born = subject.birth_date.isoformat() if subject.birth_date else ""
    return (about["given_name"].casefold(), about["family_name"].casefold()) == names and about["birth_date"] == born


def _answer(recorded: Mapping[str, Any]) -> Answer:
    first, end = (recorded.get(name) for name in ("first_day", "end_day"))
    return Answer(
        holds=recorded["holds"],
        first_day=date.fromisoformat(first) if first else None,
        end_day=date.fromisoformat(end) if end else None,
        reference=recorded["reference"],
    )
