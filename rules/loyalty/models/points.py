"""Which points are left of which earning. The ledger says how many there are; this says how old they are."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rules.ledger.models import Account, Leg
from rules.loyalty.models.naming import Named


class PointLot(models.Model):
    """Points earned at once, and how many of them are left. Made and moved by the function loyalty_sort_points."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="point_lots", verbose_name=_("account"))
    leg = models.OneToOneField(Leg, models.PROTECT, related_name="point_lot", verbose_name=_("ledger entry"))
    source = models.CharField(_("source"), max_length=100)  # what earned them, such as "check-in:17"
    earned_on = models.DateField(_("earned"))
    expires_on = models.DateField(_("expires"))  # the first day on which they are gone
    points = models.PositiveBigIntegerField(_("points"))
    left = models.PositiveBigIntegerField(_("points left"))

    class Meta:
        verbose_name = _("lot of points")
        verbose_name_plural = _("lots of points")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(left__lte=F("points")), name="point_lot_has_no_more_than_earned"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("earned_on")), name="point_lot_expires_later"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "expires_on", "id"], condition=Q(left__gt=0), name="point_lot_oldest"),
            models.Index(fields=["expires_on"], condition=Q(left__gt=0), name="point_lot_due"),
        ]

    def __str__(self) -> str:
        return f"{self.left}/{self.points} {self.source}"


class PointUse(models.Model):
    """What a leg of the ledger took from a lot; below zero where it gave something back."""

    leg = models.ForeignKey(Leg, models.PROTECT, related_name="point_uses", verbose_name=_("ledger entry"))
    lot = models.ForeignKey(PointLot, models.PROTECT, related_name="uses", verbose_name=_("lot of points"))
    points = models.BigIntegerField(_("points"))

    class Meta:
        verbose_name = _("use of points")
        verbose_name_plural = _("uses of points")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(points=0), name="point_use_is_of_something")]

    def __str__(self) -> str:
        return f"{self.points} {self.lot}"


class Tier(Named):
    """A standing that residents reach by the points earned within twelve months, and what it gives them."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    points_min = models.PositiveIntegerField(_("points within twelve months"), unique=True)
    discount_percent = models.PositiveSmallIntegerField(
        _("rewards cost less, percent"), default=0, help_text=_("The price in points is rounded up.")
    )

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["points_min"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(discount_percent__lte=90), name="tier_discount_leaves_a_price")
        ]
