"""What a group's rule may ask about a resident: the same by SQL of all residents and in memory of one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import shapely
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from psycopg.sql import Identifier

from gis_platform.core.cql2.fields import Field, FieldType
from gis_platform.residents.ages import age_on
from gis_platform.residents.models import HouseholdMember, Resident
from layers.base.models import Status
from layers.boundaries.models import Boundary

TYPES: Mapping[str, FieldType] = {
    "age": FieldType.INTEGER,
    "district": FieldType.STRING,
    "zones": FieldType.ARRAY,
    "home": FieldType.GEOMETRY,
    "household_size": FieldType.INTEGER,
    "household_children": FieldType.INTEGER,
    "languages": FieldType.ARRAY,
}
TITLES: Mapping[str, str | Promise] = {
    "age": _("age"),
    "district": _("home district"),
    "zones": _("areas around the home"),
    "home": _("position of the home"),
    "household_size": _("people in the household"),
    "household_children": _("children in the household"),
    "languages": _("languages"),
}
FIELDS: Mapping[str, Field] = {name: Field(name, kind, Identifier("f", name)) for name, kind in TYPES.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonFacts:
    """`zones` are `<kind>/<code>` of the published boundaries that hold the home."""

    age: int | None
    district: str | None
    zones: tuple[str, ...]
    home: shapely.Point | None
    household_size: int
    household_children: int
    languages: tuple[str, ...]

    def as_row(self) -> dict[str, Any]:
        return asdict(self) | {"home": self.home}


def facts_of(resident: Resident, *, on: date) -> PersonFacts:
    """Gathered by itself, not by the statement that asks everybody, so that each checks the other."""
    residence = resident.residences.on(on).first()
    home = residence.home if residence else None
    held = [] if home is None else Boundary.objects.filter(status=Status.PUBLISHED, geometry__covers=home)
    own = HouseholdMember.objects.on(on).filter(resident=resident).first()
    together = HouseholdMember.objects.on(on).filter(household=own.household_id) if own else None
    births = [one.resident.birth_date for one in together.select_related("resident")] if together is not None else []
    adult = settings.CITY.adult_from
    return PersonFacts(
        age=None if resident.birth_date is None else age_on(resident.birth_date, on),
        district=(residence.district or None) if residence else None,
        zones=tuple(sorted(f"{one.kind}/{one.code}" for one in held if one.code)),
        home=None if home is None else shapely.Point(home.x, home.y),
        household_size=len(births) or 1,
        household_children=sum(1 for born in births if born is not None and age_on(born, on) < adult),
        languages=tuple(resident.languages),
    )
