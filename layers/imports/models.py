import uuid
from pathlib import Path

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One file on its way into one layer. The history of what it changed carries its id as the change set."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        PREVIEWING = "previewing", _("being read")
        PREVIEWED = "previewed", _("ready to apply")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")
        FAILED = "failed", _("refused")

    class Mode(models.TextChoices):
        ADD = "add", _("add new features only")
        MERGE = "merge", _("add and change; what the file leaves empty stays")
        REPLACE = "replace", _("make the features of this source equal to the file")

    # A worker may die while it reads or applies; the next attempt starts the same step again.
    MOVES = {
        State.UPLOADED: {State.PREVIEWING, State.DROPPED},
        State.PREVIEWING: {State.PREVIEWING, State.PREVIEWED, State.FAILED, State.DROPPED},
        State.PREVIEWED: {State.PREVIEWING, State.APPLYING, State.DROPPED},
        State.APPLYING: {State.APPLYING, State.PREVIEWED, State.APPLIED, State.FAILED},
        State.APPLIED: {State.UNDONE},
        State.UNDONE: set(),
        State.DROPPED: set(),
        State.FAILED: {State.PREVIEWING, State.DROPPED},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    layer = models.CharField(_("layer"), max_length=60)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(_("size, bytes"))
    format = models.CharField(_("format"), max_length=20)
    options = models.JSONField(_("options"), default=dict)
    columns = models.JSONField(default=list)  # of the layer's table that this import writes, known after the preview
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    progress = models.PositiveSmallIntegerField(_("progress, percent"), default=0)
    message = models.CharField(_("what is being done"), max_length=200, blank=True)
    adds = models.PositiveIntegerField(_("added"), default=0)
    changes = models.PositiveIntegerField(_("changed"), default=0)
    removes = models.PositiveIntegerField(_("removed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejects = models.PositiveIntegerField(_("rejected"), default=0)
    repaired = models.PositiveIntegerField(_("with a repaired geometry"), default=0)
    elsewhere = models.PositiveIntegerField(_("belong to other layers"), default=0)
    unmapped = models.PositiveIntegerField(_("without a mapping"), default=0)
    notices = models.JSONField(default=list)  # sentences about the whole file
    conflicts = models.JSONField(default=list)  # ids of features that an undo left alone
    layer_revision = models.BigIntegerField(default=0)  # that the preview compared with
    error_code = models.CharField(max_length=60, blank=True)
    error_text = models.TextField(blank=True)
    actor = models.CharField(_("who"), max_length=100)
    created_at = models.DateTimeField(_("uploaded at"))
    previewed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    ended_at = models.DateTimeField(null=True)  # undone, dropped or refused

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["layer", "-created_at"], name="import_run_layer")]
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="import_run_progress_percent")]

    def __str__(self) -> str:
        return f"{self.file_name} → {self.layer}"

    @property
    def path(self) -> Path:
        """Where the file is kept until the import is applied, dropped or old."""
        return Path(settings.LOCAL_DIR) / "imports" / str(self.id)


class StagedRow(models.Model):
    """What an import would do with one row of its file, or with one feature that the file no longer has."""

    class Action(models.TextChoices):
        ADD = "add", _("add")
        CHANGE = "change", _("change")
        REMOVE = "remove", _("remove")
        UNCHANGED = "unchanged", _("unchanged")
        REJECT = "reject", _("reject")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="staged")
    row = models.PositiveIntegerField(null=True)  # in the file, from 1; none for a feature that the file lacks
    key = models.CharField(max_length=200)
    action = models.CharField(max_length=9, choices=Action)
    properties = models.JSONField()  # by column of the layer's table
    geometry = models.GeometryField(srid=4326, null=True, spatial_index=False)
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    feature_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["run", "action", "row"], name="staged_row_action")]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"
