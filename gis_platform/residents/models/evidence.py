from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from gis_platform.core.sealing import SealedTextField
from gis_platform.residents.models.people import Resident


class RegisterAnswer(models.Model):
    """What a register answered about a resident, sealed, with what it was asked for and when."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="answers", verbose_name=_("resident"))
    register = models.CharField(_("register"), max_length=40)
    question = models.CharField(_("question"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=60)
    answered_at = models.DateTimeField(_("answered"))
    document = SealedTextField(_("answer"), purpose="residents.register-answer")

    class Meta:
        verbose_name = _("answer of a register")
        verbose_name_plural = _("answers of registers")
        ordering = ["-answered_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                F("resident"), F("register"), F("question"), F("answered_at").desc(), name="register_answer_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register}/{self.question} {self.answered_at:%Y-%m-%d}"
