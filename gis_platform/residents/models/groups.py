from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from gis_platform.residents.models.people import Resident


class Group(models.Model):
    """A classifier of residents: pupils, pensioners, large families. Its name says what nobody else may learn."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("group of residents")
        verbose_name_plural = _("groups of residents")
        ordering = ["code"]

    def __str__(self) -> str:
        return text_of(self, "name") or self.code


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class Membership(models.Model):
    """Somebody is in a group for a time: from the first day up to, not including, the last; either may be open."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="memberships", verbose_name=_("resident"))
    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships", verbose_name=_("group"))
    period = DateRangeField(_("period"))
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("resident", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="membership_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.resident}: {self.group}"
