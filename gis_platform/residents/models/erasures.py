from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models.people import Resident


class Erasure(models.Model):
    """A resident asks to be forgotten; a clerk does it, or says why not. What was counted stays without the person."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken-back", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, related_name="erasures", verbose_name=_("resident")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("due"))
    asked_by = models.CharField(_("asked by"), max_length=100)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.CharField(_("answered by"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    counts = models.JSONField(_("what became of it"), default=dict)  # by kind of record: how many were erased or kept

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        ordering = ["due_on", "asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resident"], condition=Q(state="asked"), name="erasure_is_asked_for_once"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="erasure_is_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.asked_at:%Y-%m-%d}"
