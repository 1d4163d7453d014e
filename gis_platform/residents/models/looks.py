from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models.people import Resident


class Look(models.Model):
    """Somebody saw data of a resident: who, when, what and why. The resident reads it."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="looks", verbose_name=_("resident"))
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("who"), max_length=100)
    what = models.CharField(_("what"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=60)

    class Meta:
        verbose_name = _("look at a resident's data")
        verbose_name_plural = _("looks at residents' data")
        ordering = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(F("resident"), F("at").desc(), name="look_of_resident")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.what}"
