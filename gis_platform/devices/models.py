from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from layers.merchants.models import Merchant
from layers.places.models import Place


class Device(models.Model):
    """A machine at a place or a merchant. It exchanges a one-time code for its key; only hashes of both are kept."""

    class Role(models.TextChoices):
        TILL = "till", _("Till")
        VALIDATOR = "validator", _("Bus validator")
        LIBRARY = "library", _("Library desk")
        SCHOOL = "school", _("School reader")
        CLINIC = "clinic", _("Clinic")
        GATEWAY = "gateway", _("Sensor gateway")
        CAMERA = "camera", _("Camera")
        BEACON = "beacon", _("Beacon")
        DISPLAY = "display", _("Display")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("place")
    )
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("merchant")
    )
    registration_hash = models.CharField(max_length=64, blank=True, editable=False)
    registration_expires_at = models.DateTimeField(null=True, editable=False)
    key_prefix = models.CharField(_("key"), max_length=8, blank=True, editable=False)
    key_hash = models.CharField(max_length=64, blank=True, editable=False)
    firmware = models.CharField(_("firmware"), max_length=60, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key_prefix"], condition=~Q(key_prefix=""), name="device_key_unique"),
            models.UniqueConstraint(
                fields=["registration_hash"], condition=~Q(registration_hash=""), name="device_registration_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def actor(self) -> str:
        """How history and audit log name the device."""
        return f"device:{self.pk}"
