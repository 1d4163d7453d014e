from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models.people import Resident
from layers.boundaries.queries import district_at


class ResidenceQuerySet(models.QuerySet["Residence"]):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class Residence(models.Model):
    """Where somebody lives from the first day up to, not including, the last; who pays for a benefit follows from it.

    The district is that of the position; where no district of the city holds it, or none is known, it is what the
    source says, such as the code of the neighbouring municipality.
    """

    class Source(models.TextChoices):
        REGISTER = "register", _("Population register")
        DECLARED = "declared", _("Declared by the resident")
        IMPORT = "import", _("Import")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="residences", verbose_name=_("resident"))
    period = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))
    home = models.PointField(_("home"), srid=4326, null=True, blank=True)
    district = models.CharField(_("district of the home"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    checked_at = models.DateTimeField(_("checked against the register"), null=True, blank=True)

    objects = ResidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("residence")
        verbose_name_plural = _("residences")
        ordering = ["resident", "period"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="residence_no_overlap",
                expressions=[("resident", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False),
                name="residence_has_a_first_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident}: {self.district}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        found = district_at(self.home) if self.home else None
        if found is not None:
            self.district = found.code
        super().save(*args, **kwargs)
