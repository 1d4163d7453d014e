from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core.sealing import SealedTextField
from gis_platform.residents.models.people import Resident

LABEL_LENGTH = 100


class MeansQuerySet(models.QuerySet["Means"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), blocked_at=None)

    def expiring(self, *, after: datetime, until: datetime) -> Self:
        """Those in use that end within the span and have no successor yet."""
        return self.filter(blocked_at=None, expires_at__gt=after, expires_at__lte=until, replaced_by=None)

    def to_print(self) -> Self:
        return self.filter(blocked_at=None, unprinted__isnull=False)


class Means(models.Model):
    """Something by which a resident is recognised. Only a keyed hash of its token is kept.

    The token of a code that is to be printed is kept besides, sealed, until that has happened. `replaces` is what this
    is the successor of.
    """

    class Kind(models.TextChoices):
        ROTATING = "rotating", _("Changing code on a phone")
        QR = "qr", _("QR code")
        NFC = "nfc", _("NFC tag")
        BANK_TOKEN = "bank_token", _("Bank card (token)")
        LIBRARY = "library", _("Library card")
        PRINTED = "printed", _("Printed code")
        PARTNER = "partner", _("Partner city's card")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="means", verbose_name=_("resident"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    token_hash = models.CharField(max_length=64, editable=False)
    label = models.CharField(_("label"), max_length=LABEL_LENGTH, blank=True)
    series = models.CharField(_("series"), max_length=40, blank=True, help_text=_("Of cards that were made together."))
    replaces = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    unprinted = SealedTextField(null=True, purpose="residents.printed-code")
    issued_at = models.DateTimeField(_("issued"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True, editable=False)

    objects = MeansQuerySet.as_manager()

    class Meta:
        verbose_name = _("means of identification")
        verbose_name_plural = _("means of identification")
        ordering = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "token_hash"], name="means_token_unique"),
        ]
        indexes: ClassVar = [
            models.Index(F("expires_at"), condition=Q(blocked_at=None), name="means_expiring"),
            models.Index(fields=["series"], condition=~Q(series=""), name="means_series"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}".strip()
