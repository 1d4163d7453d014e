"""What points can be spent on, and the codes that were given for them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models import Resident
from layers.merchants.models import Merchant
from rules.loyalty.models.naming import Named
from rules.loyalty.models.points import Tier


class Reward(Named):
    """`stock` is what is left of it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    price = models.PositiveIntegerField(_("price in points"))
    stock = models.PositiveIntegerField(_("in stock"))
    per_person = models.PositiveSmallIntegerField(_("at most for each person"), null=True, blank=True)
    tier = models.ForeignKey(
        Tier, models.PROTECT, null=True, blank=True, verbose_name=_("from this tier on"), related_name="rewards"
    )
    merchant = models.ForeignKey(
        Merchant,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("handed out by"),
        related_name="rewards",
        help_text=_("Empty: every merchant and desk of the city takes the code."),
    )
    code_days = models.PositiveSmallIntegerField(_("days for which a code counts"), default=30)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering = ["price", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code_days__range=(1, 730)), name="reward_code_days_range"),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="reward_days_in_order"
            ),
        ]


class Redemption(models.Model):
    """One piece of a reward, given to a resident for points or for a quest, with the code that fetches it."""

    class State(models.TextChoices):
        GIVEN = "given", _("Ready to fetch")
        USED = "used", _("Fetched")
        CANCELLED = "cancelled", _("Given back")
        EXPIRED = "expired", _("Expired")

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="redemptions", verbose_name=_("reward"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="redemptions", verbose_name=_("resident"))
    code = models.CharField(_("code"), max_length=12, unique=True)
    points = models.PositiveIntegerField(_("points spent"))
    at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.GIVEN)
    state_at = models.DateTimeField(_("since"))
    used_by = models.CharField(_("handed out by"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        ordering = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["resident", "reward"], name="redemption_of_resident"),
            models.Index(fields=["expires_at"], condition=Q(state="given"), name="redemption_due"),
        ]

    def __str__(self) -> str:
        return f"{self.reward} {self.code}"
