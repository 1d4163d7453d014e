from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core.sealing import SealedTextField
from gis_platform.residents.models.means import Means


class PhoneKey(models.Model):
    """The secret that one phone shares with the city, in base64.

    `late_step` and `late_by` tell of the last code that came too late: a later one that is late by the same means a
    slow clock, and the very same one a picture.
    """

    means = models.OneToOneField(Means, models.CASCADE, primary_key=True, related_name="phone_key")
    secret = SealedTextField(purpose="residents.phone-key")
    late_step = models.BigIntegerField(null=True, editable=False)
    late_by = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("key of a phone")
        verbose_name_plural = _("keys of phones")

    def __str__(self) -> str:
        return str(self.means)


class SpentCode(models.Model):
    """A changing code that was taken. `spent_by` may come back with the same request, named by `request_key`."""

    means = models.ForeignKey(Means, models.CASCADE, related_name="spent_codes")
    step = models.BigIntegerField()
    spent_by = models.CharField(max_length=60)
    request_key = models.CharField(max_length=200, blank=True)
    spent_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("used code")
        verbose_name_plural = _("used codes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["means", "step"], name="code_spent_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["spent_at"], name="code_spent_oldest")]

    def __str__(self) -> str:
        return f"{self.means_id}/{self.step}"
