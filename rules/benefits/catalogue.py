"""What is in force on a day, compiled once for all of it together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from rules.benefits import overrides, versions
from rules.benefits.limits import Limits
from rules.benefits.models import Catalogue
from rules.benefits.overrides import Suspension
from rules.benefits.versions import InForce
from rules.engine.book import RuleBook

DAYS_MAX = 8  # days kept ready in a process: today, and those of purchases that are sent late


@dataclass(frozen=True, slots=True)
class InForceTogether:
    """The versions by the programme's code, their rules as one book, their limits, and the suspensions above them."""

    versions: tuple[InForce, ...]
    by_code: Mapping[str, InForce]
    ids: tuple[int, ...]  # of the versions
    book: RuleBook
    limits: Limits
    suspensions: tuple[Suspension, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.by_code)


def on(day: date) -> InForceTogether:
    # The token first: what is read after it is of this token or of a newer one, which then nobody asks for by the old.
    return by(Catalogue.objects.values_list("token", flat=True).first(), day)


def by(token: UUID | None, day: date) -> InForceTogether:
    """For who has read the token already, and nothing before it."""
    return _compiled(token, day) if token else _compile(day)


@lru_cache(maxsize=DAYS_MAX)
def _compiled(token: UUID, day: date) -> InForceTogether:
    return _compile(day)


def _compile(day: date) -> InForceTogether:
    in_force = tuple(versions.in_force(day))
    return InForceTogether(
        versions=in_force,
        by_code={one.code: one for one in in_force},
        ids=tuple(one.version_id for one in in_force),
        book=RuleBook(one.compiled for one in in_force),
        limits=Limits.of(in_force),
        suspensions=tuple(overrides.in_force(day)),
    )
