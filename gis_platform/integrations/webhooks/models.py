from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Subscription(models.Model):
    """Who is told of a layer's changes. Its secret is derived, so it is kept nowhere: see `signing`."""

    layer = models.CharField(_("layer"), max_length=60)
    url = models.CharField(_("address"), max_length=1000)
    condition = models.TextField(
        _("condition"), max_length=20_000, blank=True, help_text=_("CQL2 text; empty for every feature of the layer")
    )
    key = models.UUIDField(default=uuid4, editable=False)
    generation = models.PositiveIntegerField(default=1, editable=False)  # of the secret
    rotated_at = models.DateTimeField(null=True, editable=False)
    place = models.BigIntegerField(default=0, editable=False)  # in the layer's history, up to which events are prepared
    created_by = models.CharField(_("created by"), max_length=100, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["layer", "id"]
        indexes = [models.Index(fields=["layer"], name="webhook_layer", condition=Q(paused_at=None))]

    def __str__(self) -> str:
        return f"{self.layer} → {self.url}"


class Delivery(models.Model):
    """One event for one subscriber. Every attempt sends the same id and the same body."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for an earlier one")
        DUE = "due", _("due")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    feature_id = models.BigIntegerField(_("feature"), null=True)  # None for a ping
    event = models.CharField(_("event"), max_length=40)
    body = models.TextField()
    state = models.CharField(_("delivery state"), max_length=7, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    status = models.PositiveSmallIntegerField(_("status"), null=True)  # HTTP's, of the last answer
    duration_ms = models.PositiveIntegerField(_("duration in ms"), null=True)
    error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    tried_at = models.DateTimeField(_("last attempt"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["subscription", "feature_id", "id"],
                name="webhook_delivery_open",
                condition=Q(state__in=("waiting", "due")),
            ),
            models.Index(fields=["created_at"], name="webhook_delivery_created"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    @property
    def message_id(self) -> str:
        return f"msg_{self.key.hex}"
