"""What holds of a resident on one local day: groups, district, household."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from gis_platform.core import sqlfiles
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


def standing(resident: Resident, *, on: date) -> Standing:
    """Read at every decision, hence in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load("statements/resident_standing"),
            {"resident": resident.pk, "day": on, "adult_from": ADULT_FROM},
        )
        groups, district, household, size, children = cursor.fetchone()
    return Standing(
        groups=frozenset(groups),
        district=district,
        household=str(household or ""),
        household_size=size,
        household_children=children,
    )
