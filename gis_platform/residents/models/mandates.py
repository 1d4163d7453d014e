from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.residents.ages import born_after, grown_up_on
from gis_platform.residents.models.people import Resident


class MandateQuerySet(models.QuerySet["Mandate"]):
    def open(self) -> Self:
        """Asked for and not yet answered, or agreed and not ended by anybody."""
        return self.filter(ended_at=None)

    def on(self, day: date) -> Self:
        """In force on a local day: agreed, not ended, in its period, and a guardian's ward is still under age."""
        minor = Q(ward__birth_date=None) | Q(ward__birth_date__gt=born_after(day, settings.CITY.adult_from))
        return self.filter(
            ~Q(kind=Mandate.Kind.GUARDIAN) | minor, agreed_at__isnull=False, period__contains=day
        ).filter(Q(ended_at=None))


class Mandate(models.Model):
    """One resident may act for another, or accompanies them, for a time. It goes no further: mandates never chain."""

    class Kind(models.TextChoices):
        GUARDIAN = "guardian", _("Guardian")
        ESCORT = "escort", _("Escort")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    holder = models.ForeignKey(
        Resident, models.CASCADE, related_name="mandates_held", verbose_name=_("guardian or escort")
    )
    ward = models.ForeignKey(Resident, models.CASCADE, related_name="mandates_given", verbose_name=_("for whom"))
    period = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))
    asked_by = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )  # one of the two; nobody when a clerk entered it
    asked_at = models.DateTimeField(_("asked"), db_default=Now(), editable=False)
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)  # declined or taken back before its time
    document = models.CharField(_("document"), max_length=200, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("guardian or escort")
        verbose_name_plural = _("guardians and escorts")
        ordering = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="mandate_no_overlap",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("holder", RangeOperators.EQUAL),
                    ("ward", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(condition=~Q(holder=F("ward")), name="mandate_is_not_for_oneself"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False), name="mandate_has_a_first_day"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) | ~Q(document="") | Q(ended_at__isnull=False),
                name="mandate_of_a_clerk_has_a_document",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["holder", "kind"],
                name="mandate_in_force",
                condition=Q(agreed_at__isnull=False, ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.holder} → {self.ward}"

    @property
    def last_day(self) -> date | None:
        """On which it is in force: by its period, and for a guardian the day before the ward comes of age."""
        ends = [self.period.upper] if self.period.upper else []
        if self.kind == self.Kind.GUARDIAN and self.ward.birth_date:
            ends.append(grown_up_on(self.ward.birth_date, settings.CITY.adult_from))
        return min(ends) - timedelta(days=1) if ends else None

    @property
    def is_in_force(self) -> bool:
        day = clock.today()
        begun = self.agreed_at is not None and self.ended_at is None and self.period.lower <= day
        return begun and (self.last_day is None or day <= self.last_day)
