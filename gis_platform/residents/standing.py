"""What holds of a resident on one local day: groups, district, household."""

from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from gis_platform.core import prepared
from gis_platform.residents.models import Resident

ADULT_FROM = 18  # years, in both countries


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """`household` is a handle that tells nothing, "" for none; its size counts the resident too."""

    groups: frozenset[str] = frozenset()
    district: str = ""
    household: str = ""
    household_size: int = 1
    household_children: int = 0
    escorts: frozenset[str] = frozenset()  # groups of those whom the resident accompanies

    @classmethod
    def of(
        cls, groups: list[str], district: str, household: UUID | None, size: int, children: int, escorts: list[str]
    ) -> Self:
        return cls(
            groups=frozenset(groups),
            district=district,
            household=str(household or ""),
            household_size=size,
            household_children=children,
            escorts=frozenset(escorts),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """A resident behind a card or code, with what holds on the day that was asked for."""

    pk: int
    handle: str
    birth_date: date | None
    standing: Standing


def standing(resident: Resident, *, on: date) -> Standing:
    found = prepared.row("resident_standing", [resident.pk, on, ADULT_FROM])
    assert found is not None
    return Standing.of(*found)
