from datetime import date
from typing import ClassVar, Self

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from layers.base.fields import Words
from layers.base.models import VisitedFeature


class Merchant(VisitedFeature):
    """A point where benefits are used. The registration number and account never leave the platform."""

    class Category(models.TextChoices):
        TRANSPORT = "transport", _("Transport")
        CATERING = "catering", _("Food and drink")
        CULTURE = "culture", _("Culture")
        SPORT = "sport", _("Sport")
        RETAIL = "retail", _("Shop")
        EDUCATION = "education", _("Education")
        HEALTH = "health", _("Health")

    code = models.CharField(_("code"), max_length=40, null=True, blank=True, unique=True)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    registration_number = Words(_("registration number"), max_length=20)
    bank_account = Words(_("bank account (IBAN)"), max_length=34)
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(VisitedFeature.Meta):
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")


class MerchantGroup(models.Model):
    """A classifier of merchants: school canteens, city bus lines, hobby clubs."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("group of merchants")
        verbose_name_plural = _("groups of merchants")
        ordering = ["code"]

    def __str__(self) -> str:
        return text_of(self, "name") or self.code


class MerchantMembershipQuerySet(models.QuerySet["MerchantMembership"]):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class MerchantMembership(models.Model):
    """A merchant is in a group for a time: from the first day up to, not including, the last; either may be open."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="memberships", verbose_name=_("merchant"))
    group = models.ForeignKey(
        MerchantGroup, models.PROTECT, related_name="memberships", verbose_name=_("group of merchants")
    )
    period = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))

    objects = MerchantMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("merchant's membership")
        verbose_name_plural = _("merchants' memberships")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="merchant_membership_no_overlap",
                expressions=[
                    ("merchant", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="merchant_membership_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant}: {self.group}"
