from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gis_platform.devices.models.devices import Device


class Question(models.Model):
    """What one device may ask about the holder of a card. It learns yes or no, and nothing besides."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="questions", verbose_name=_("device"))
    code = models.SlugField(_("code"), max_length=40, help_text=_("By which the device asks it."))
    kind = models.CharField(_("kind"), max_length=20, help_text=_("Such as: group, age, district, programme."))
    subject = models.CharField(_("subject"), max_length=60, help_text=_("Such as the code of a group, or an age."))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "code"], name="device_question_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.kind} {self.subject}"
