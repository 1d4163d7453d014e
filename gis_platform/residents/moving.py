"""Where a resident lives, day by day: a move ends one residence and begins the next."""

from datetime import date, datetime

from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict
from gis_platform.residents.grouping.members import recompute_soon
from gis_platform.residents.models import Residence, Resident


class MoveTooEarly(Conflict):
    code = "move-too-early"
    title = _("The resident's present residence begins on that day or later; correct that one instead")


def move(
    resident: Resident,
    *,
    on: date,
    source: str,
    actor: str,
    home: Point | None = None,
    district: str = "",
    checked_at: datetime | None = None,
) -> Residence:
    """The residence that begins on that local day; the one before ends with the day before it. Raises MoveTooEarly."""
    with acting(actor, "resident moved"):
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)  # two moves at once come one by one
        if resident.residences.filter(period__startswith__gte=on).exists():
            raise MoveTooEarly
        for former in resident.residences.on(on):
            former.period = DateRange(former.period.lower, on)
            former.save(update_fields=["period"])
        begun = Residence.objects.create(
            resident=resident,
            period=DateRange(on, None),
            home=home,
            district=district,
            source=source,
            checked_at=checked_at,
        )
        recompute_soon()
        audit.record("residents.moved", f"resident:{resident.pk}", on=on.isoformat(), source=source)
    return begun
