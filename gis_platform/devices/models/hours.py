from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gis_platform.devices.models.devices import Device


class HourAlive(models.Model):
    """In how many minutes of an hour (UTC) a device was heard, and the battery that it told of last."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="hours")
    hour = models.DateTimeField(_("hour"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    battery_percent = models.PositiveSmallIntegerField(_("battery"), null=True)

    class Meta:
        verbose_name = _("hour of a device")
        verbose_name_plural = _("hours of devices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "hour"], name="device_hour_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["hour"], name="device_hour_oldest")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.hour:%Y-%m-%d %H}"
