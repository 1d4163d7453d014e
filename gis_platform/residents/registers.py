"""What a register is to the platform: a contract that each connector fulfils, in integrations/registers or elsewhere.

A register is asked one question about one person and answers yes or no, from when until when. It never gives more than
was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import InvalidInput, Unavailable
from gis_platform.residents.models import Resident

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "population": ("lives-in-city",),
    "school": ("pupil",),
    "disability": ("disability", "needs-escort"),
    "family-card": ("large-family",),
}


class RegisterUnavailable(Unavailable):
    code = "register-unavailable"
    title = _("The register does not answer now")


class RegisterUnknown(InvalidInput):
    code = "register-unknown"
    title = _("There is no such register, or it is not asked this")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """By whom a register knows a person; never logged."""

    given_name: str
    family_name: str
    birth_date: date | None

    @classmethod
    def of(cls, resident: Resident) -> "Subject":
        return cls(given_name=resident.given_name, family_name=resident.family_name, birth_date=resident.birth_date)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`holds` since `first_day`, up to, not including, `end_day`; `reference` is the register's own, for its audit."""

    holds: bool
    first_day: date | None = None
    end_day: date | None = None
    reference: str = ""


class Register(Protocol):
    def ask(self, subject: Subject, question: str, *, purpose: str) -> Answer:
        """Raises RegisterUnavailable when no answer comes in time; a person who is not in it is a no."""
        ...


@cache
def _connected(path: str) -> Register:
    made: Register = import_string(path)()
    return made


def register_of(name: str, question: str) -> Register:
    """The connector of the setting REGISTERS. Raises RegisterUnknown."""
    path = settings.REGISTERS.get(name)
    if path is None or question not in QUESTIONS.get(name, ()):
        raise RegisterUnknown
    return _connected(path)
