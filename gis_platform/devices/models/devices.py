from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from layers.merchants.models import Merchant
from layers.places.models import Place


class Device(models.Model):
    """A machine at a place or a merchant. It exchanges a one-time code for its key; only hashes of both are kept.

    The key before the present one is accepted until `previous_key_ends_at`. A device with a `public_key` (Ed25519, raw,
    as hexadecimal digits) signs with its own; the others sign with a secret that follows from their key.
    """

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
    previous_key_prefix = models.CharField(max_length=8, blank=True, editable=False)
    previous_key_hash = models.CharField(max_length=64, blank=True, editable=False)
    previous_key_ends_at = models.DateTimeField(null=True, editable=False)
    public_key = models.CharField(max_length=64, blank=True, editable=False)
    unsigned_allowed = models.BooleanField(
        _("may call without a signature"),
        default=True,
        help_text=_("With its key alone. A device that registers a public key signs from then on."),
    )
    new_key_wanted_at = models.DateTimeField(_("asked to change its key"), null=True, editable=False)
    firmware = models.CharField(_("firmware"), max_length=60, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    battery_percent = models.PositiveSmallIntegerField(_("battery"), null=True, editable=False)
    position = models.PointField(_("position"), srid=4326, null=True, blank=True, editable=False)
    position_at = models.DateTimeField(null=True, editable=False)
    silent_after_minutes = models.PositiveIntegerField(
        _("silent after minutes"), null=True, blank=True, help_text=_("Empty for what is usual for its role.")
    )
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
            models.UniqueConstraint(
                fields=["previous_key_prefix"], condition=~Q(previous_key_prefix=""), name="device_previous_key_unique"
            ),
            models.CheckConstraint(
                condition=Q(battery_percent=None) | Q(battery_percent__lte=100), name="device_battery_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def actor(self) -> str:
        """How history and audit log name the device."""
        return f"device:{self.pk}"

    @property
    def owner(self) -> str:
        """Whose machine it is: those of one owner know a person by the same handle, others by another."""
        if self.merchant_id:
            return f"merchant:{self.merchant_id}"
        return f"place:{self.place_id}" if self.place_id else self.actor

    @property
    def silent_after(self) -> timedelta:
        """How long it may say nothing before that is a cause for alarm."""
        if self.silent_after_minutes:
            return timedelta(minutes=self.silent_after_minutes)
        return SILENT_AFTER.get(Device.Role(self.role), SILENT_AFTER_OTHERS)

    def is_silent(self, at: datetime) -> bool:
        return self.last_seen_at is not None and self.last_seen_at < at - self.silent_after


# Gateways and cameras never sleep; a till is off from Saturday evening to Monday morning; a beacon is visited by hand.
SILENT_AFTER = {
    Device.Role.GATEWAY: timedelta(minutes=10),
    Device.Role.CAMERA: timedelta(minutes=15),
    Device.Role.DISPLAY: timedelta(minutes=30),
    Device.Role.VALIDATOR: timedelta(hours=12),
    Device.Role.TILL: timedelta(hours=40),
    Device.Role.BEACON: timedelta(days=30),
}
SILENT_AFTER_OTHERS = timedelta(hours=72)
