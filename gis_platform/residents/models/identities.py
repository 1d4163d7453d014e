from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models.people import Resident


class ForeignIdentity(models.Model):
    """By what name a provider knows a resident (OpenID Connect: issuer and subject); it never names two people."""

    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="foreign_identities", verbose_name=_("resident")
    )
    issuer = models.CharField(_("issuer"), max_length=300)
    subject = models.CharField(_("subject"), max_length=255)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("account at another site")
        verbose_name_plural = _("accounts at other sites")
        ordering = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="foreign_identity_unique"),
        ]

    def __str__(self) -> str:
        return self.issuer


class PersonalCode(models.Model):
    """A keyed hash of a resident's personal code; two residents who share one are one person, not yet joined."""

    class Source(models.TextChoices):
        PROVIDER = "provider", _("Another site's account")
        DESK = "desk", _("Document shown at a desk")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="personal_codes", verbose_name=_("resident"))
    code_hash = models.CharField(max_length=64, db_index=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)

    class Meta:
        verbose_name = _("personal code")
        verbose_name_plural = _("personal codes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resident", "code_hash"], name="personal_code_once_a_resident"),
        ]

    def __str__(self) -> str:
        return str(self.resident)


class ClaimCodeQuerySet(models.QuerySet["ClaimCode"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=at)


class ClaimCode(models.Model):
    """Handed over at the desk to somebody registered there, to claim the card with an account of one's own."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="claim_codes", verbose_name=_("resident"))
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, editable=False)

    objects = ClaimCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim code")
        verbose_name_plural = _("claim codes")

    def __str__(self) -> str:
        return str(self.resident)


class Join(models.Model):
    """Two records of one person made one with consent; `moved` says what changed hands, so that it can be undone."""

    kept = models.ForeignKey(Resident, models.CASCADE, related_name="joins", verbose_name=_("kept"))
    joined = models.ForeignKey(Resident, models.CASCADE, related_name="joined_into", verbose_name=_("joined"))
    moved = models.JSONField(default=dict)
    joined_at = models.DateTimeField(_("joined at"), db_default=Now(), editable=False)
    undo_until = models.DateTimeField(_("can be undone until"))
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)

    class Meta:
        verbose_name = _("joining of two records")
        verbose_name_plural = _("joinings of two records")
        ordering = ["-joined_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["joined"], condition=Q(undone_at=None), name="join_once"),
            models.CheckConstraint(condition=~Q(kept=F("joined")), name="join_two"),
        ]

    def __str__(self) -> str:
        return f"{self.joined} → {self.kept}"
