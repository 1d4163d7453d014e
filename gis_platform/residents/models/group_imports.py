import uuid
from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.sealing import SealedTextField
from gis_platform.residents.models.groups import Group
from gis_platform.residents.models.people import Resident


class GroupImport(models.Model):
    """A list of people on its way into a group: previewed, then applied or dropped; what was applied can be undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        PREVIEWED = "previewed", _("ready to apply")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")
        FAILED = "failed", _("refused")

    class Mode(models.TextChoices):
        ADD = "add", _("add the people of the file")
        REPLACE = "replace", _("make the group equal to the file")

    # A worker may die in the middle: the next attempt starts the same step again.
    MOVES: ClassVar = {
        State.UPLOADED: {State.PREVIEWED, State.FAILED, State.DROPPED},
        State.PREVIEWED: {State.APPLYING, State.DROPPED},
        State.APPLYING: {State.APPLIED, State.FAILED},
        State.APPLIED: {State.UNDONE},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="imports", verbose_name=_("group"))
    file_name = models.CharField(_("file"), max_length=200)
    content = SealedTextField(_("file"), purpose="residents.group-import", null=True)  # base64, until it is applied
    mode = models.CharField(_("mode"), max_length=7, choices=Mode, default=Mode.ADD)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.UPLOADED)
    progress = models.PositiveSmallIntegerField(_("progress, percent"), default=0)
    adds = models.PositiveIntegerField(_("added"), default=0)
    removes = models.PositiveIntegerField(_("removed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejects = models.PositiveIntegerField(_("rejected"), default=0)
    error_code = models.CharField(max_length=60, blank=True)
    error_text = models.TextField(blank=True)
    actor = models.CharField(_("who"), max_length=100)
    created_at = models.DateTimeField(_("uploaded at"))
    applied_at = models.DateTimeField(_("applied at"), null=True)

    class Meta:
        verbose_name = _("import of a list")
        verbose_name_plural = _("imports of lists")
        ordering = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="group_import_progress_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} → {self.group}"


class GroupImportRow(models.Model):
    """What an import does with one row of the file, or with a member whom the file lacks. No name is kept here."""

    class Action(models.TextChoices):
        ADD = "add", _("add")
        REMOVE = "remove", _("remove")
        UNCHANGED = "unchanged", _("unchanged")
        REJECT = "reject", _("reject")

    run = models.ForeignKey(GroupImport, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(null=True)  # in the file, the header being 1
    resident = models.ForeignKey(Resident, models.CASCADE, null=True, related_name="+")
    action = models.CharField(max_length=9, choices=Action)
    period = DateRangeField(null=True)  # that an add begins, or that a remove found
    evidence = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=40, blank=True)  # a code of groups.rows.REASONS

    class Meta:
        ordering = ["row", "pk"]
        indexes: ClassVar = [models.Index(fields=["run", "action", "row"], name="group_import_row_action")]

    def __str__(self) -> str:
        return f"{self.action} {self.row}"

    @property
    def member_id(self) -> int:
        """Of a row that adds or removes; a rejected one may name nobody."""
        assert self.resident_id is not None
        return self.resident_id
