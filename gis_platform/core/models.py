"""The tables of core: what is to be done, what was answered, and what was done by whom."""

from datetime import datetime
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OutboxEntryQuerySet(models.QuerySet["OutboxEntry"]):
    def alive(self) -> Self:
        """Still to be done, whether now, later or by somebody at this moment."""
        return self.filter(state__in=(OutboxEntry.State.DUE, OutboxEntry.State.RUNNING))

    def dead(self) -> Self:
        return self.filter(state=OutboxEntry.State.DEAD)

    def due(self, at: datetime) -> Self:
        """May run: its time has come and nobody holds a lease on it that is still good."""
        waiting = Q(state=OutboxEntry.State.DUE, due_at__lte=at)
        abandoned = Q(state=OutboxEntry.State.RUNNING, lease_until__lt=at)
        return self.filter(waiting | abandoned)

    def unqueued(self, at: datetime) -> Self:
        """Not in Redis, or for so long that Redis may have lost it."""
        return self.filter(Q(queued_until=None) | Q(queued_until__lt=at))


class OutboxEntry(models.Model):
    """An effect that was promised in a transaction and happens after it."""

    class State(models.TextChoices):
        DUE = "due", _("due")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    topic = models.CharField(_("topic"), max_length=100)
    payload = models.JSONField(_("payload"), encoder=DjangoJSONEncoder)
    actor = models.CharField(_("actor"), max_length=100)
    state = models.CharField(_("delivery state"), max_length=10, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    published_at = models.DateTimeField(_("published at"))
    due_at = models.DateTimeField(_("due at"))
    queued_until = models.DateTimeField(null=True, editable=False)  # up to then Redis is trusted to hold its id
    lease = models.UUIDField(null=True, editable=False)  # of the one attempt that may finish it
    lease_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = models.TextField(_("last error"), blank=True)

    objects = OutboxEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("outbox entry")
        verbose_name_plural = _("outbox entries")
        constraints = [
            models.CheckConstraint(
                name="core_outbox_a_running_entry_has_a_lease",
                condition=~Q(state="running") | Q(lease__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="core_outbox_alive", condition=Q(state__in=("due", "running"))),
            models.Index(fields=["finished_at"], name="core_outbox_finished", condition=Q(state__in=("done", "dead"))),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class PeriodicRun(models.Model):
    """When each periodic job is due next; claimed by a conditional update."""

    name = models.CharField(primary_key=True, max_length=90)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(models.Model):
    """The answer that a key got, kept so that a retry gets it too."""

    scope = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    body_hash = models.BinaryField()  # SHA-256
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.BinaryField(default=b"")
    content_type = models.CharField(max_length=100, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="core_idempotency_one_answer_a_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class AuditEntry(models.Model):
    """Who did what to whom. A trigger refuses every change of what is written here."""

    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("actor"), max_length=100)
    action = models.CharField(_("action"), max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    data = models.JSONField(_("data"), encoder=DjangoJSONEncoder, default=dict)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(F("subject"), F("at").desc(), name="core_audit_subject"),
            models.Index(F("actor"), F("at").desc(), name="core_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
