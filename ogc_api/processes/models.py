"""Jobs and what came of them. The results themselves are files; see `storage`."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> Self:
        return self.filter(status__in=(Job.Status.ACCEPTED, Job.Status.RUNNING))

    def claimable(self, at: datetime) -> Self:
        """Waiting, or left by a worker that gives no sign of life."""
        return self.filter(Q(status=Job.Status.ACCEPTED) | Q(status=Job.Status.RUNNING, lease_until__lt=at))

    def abandoned(self, at: datetime) -> Self:
        return self.filter(status=Job.Status.RUNNING, lease_until__lt=at)


class Job(models.Model):
    """One execution of a process. Its id is a secret: who knows the id of a stranger's job may see it."""

    class Status(models.TextChoices):
        """18-062r2, statusCode."""

        ACCEPTED = "accepted", _("waiting")
        RUNNING = "running", _("running")
        SUCCESSFUL = "successful", _("finished")
        FAILED = "failed", _("failed")
        DISMISSED = "dismissed", _("dismissed")

    class Response(models.TextChoices):
        RAW = "raw"
        DOCUMENT = "document"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    process = models.CharField(_("process"), max_length=60)
    inputs = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)  # by output: "value" or "reference"
    response = models.CharField(max_length=8, choices=Response, default=Response.RAW)
    language = models.CharField(max_length=8)
    owner = models.CharField(_("who"), max_length=100, blank=True)  # "user:5"; empty for a stranger
    counted_as = models.CharField(max_length=100)  # whose limit it counts against; a stranger's is a hashed address
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.ACCEPTED)
    progress = models.PositiveSmallIntegerField(_("progress, percent"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False)  # of the one attempt that may finish it
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)  # then it is forgotten with its results

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="processes_job_progress_percent"),
            models.CheckConstraint(
                condition=~Q(status="running") | Q(lease__isnull=False, lease_until__isnull=False),
                name="processes_job_running_has_a_lease",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"], name="processes_job_owner"),
            models.Index(
                fields=["counted_as"], condition=Q(status__in=("accepted", "running")), name="processes_job_unfinished"
            ),
            models.Index(fields=["expires_at"], name="processes_job_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.id}"


class JobResult(models.Model):
    """One output of a successful job: a file named `file` in the job's folder."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="results")
    output = models.CharField(max_length=60)
    media_type = models.CharField(max_length=100)
    file = models.CharField(max_length=200)
    name = models.CharField(max_length=120)  # that a download gets
    size_bytes = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "output"], name="processes_result_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.output}"
