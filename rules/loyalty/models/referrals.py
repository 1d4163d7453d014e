"""Who brought whom to the platform."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models import Resident


class Invitation(models.Model):
    """The code by which a resident invites others."""

    resident = models.OneToOneField(Resident, models.CASCADE, related_name="invitation", verbose_name=_("resident"))
    code = models.CharField(_("code"), max_length=12, unique=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """`rewarded_at` is when the newcomer first checked in; `paid` says whether the cap left points for the inviter."""

    inviter = models.ForeignKey(Resident, models.CASCADE, related_name="referrals", verbose_name=_("invited by"))
    newcomer = models.OneToOneField(Resident, models.CASCADE, related_name="referral", verbose_name=_("newcomer"))
    at = models.DateTimeField(_("at"))
    rewarded_at = models.DateTimeField(_("rewarded"), null=True)
    paid = models.BooleanField(_("inviter rewarded"), default=False)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(inviter=F("newcomer")), name="referral_is_of_another_person")
        ]

    def __str__(self) -> str:
        return f"{self.inviter_id} → {self.newcomer_id}"
