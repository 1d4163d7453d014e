"""What other rooms may know of a resident."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gis_platform.core import clock
from gis_platform.residents.models import Membership, Resident


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidentFacts:
    """A resident as rules see one: no name, no address."""

    handle: UUID
    birth_date: date | None
    home_district: str  # the code; "" when unknown
    groups: frozenset[str]  # codes


def resident_facts(resident: Resident, at: datetime) -> ResidentFacts:
    """The facts at an instant; groups are those of that local day."""
    groups = Membership.objects.on(clock.local(at).date()).filter(resident=resident)
    return ResidentFacts(
        handle=resident.handle,
        birth_date=resident.birth_date,
        home_district=resident.home_district,
        groups=frozenset(groups.values_list("group__code", flat=True)),
    )
