from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gis_platform.devices.models.devices import Device


class Nonce(models.Model):
    """The mark of a signed request that was taken. In PostgreSQL: a Redis that is lost must let nothing in twice."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="nonces")
    nonce = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark of a signed request")
        verbose_name_plural = _("marks of signed requests")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "nonce"], name="device_nonce_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="device_nonce_oldest")]

    def __str__(self) -> str:
        return f"{self.device_id}/{self.nonce}"
