from datetime import date
from typing import ClassVar, Self
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models.people import Resident


class Household(models.Model):
    """People who live together; what is limited for a family is counted by its handle."""

    handle = models.UUIDField(_("handle"), default=uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return str(self.handle)


class HouseholdMemberQuerySet(models.QuerySet["HouseholdMember"]):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class HouseholdMember(models.Model):
    """Somebody belongs to one household at a time: from the first day up to, not including, the last."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members", verbose_name=_("household"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="households", verbose_name=_("resident"))
    period = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))

    objects = HouseholdMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of households")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="household_member_no_overlap",
                expressions=[("resident", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="household_member_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.resident}: {self.household}"
