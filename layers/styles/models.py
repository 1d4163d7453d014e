"""A saved style and its history. A style is either a few choices, or MapLibre layers that a planner wrote."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

NAME_LENGTH_MAX = 60
TITLE_LENGTH_MAX = 120


class State(models.Model):
    layer = models.CharField(max_length=60)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH_MAX)
    choices = models.JSONField(default=dict, blank=True)
    drawn = models.JSONField(default=list, blank=True)  # MapLibre style layers; empty where the choices say it all
    version = models.PositiveIntegerField()

    class Meta:
        abstract = True


class SavedStyle(State):
    """`is_default`: the map draws its layer by it."""

    name = models.CharField(
        primary_key=True, max_length=NAME_LENGTH_MAX, validators=[RegexValidator(r"^[a-z][a-z0-9-]*$")]
    )
    is_default = models.BooleanField(default=False)
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.CharField(max_length=100)

    class Meta:
        ordering = ["layer", "title", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["layer"], condition=models.Q(is_default=True), name="saved_style_one_default_a_layer"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StyleVersion(State):
    """A state that a style was given, by whom and when; kept when the style is gone."""

    class Operation(models.TextChoices):
        CREATE = "create", _("created")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    name = models.CharField(max_length=NAME_LENGTH_MAX)
    operation = models.CharField(max_length=6, choices=Operation)
    actor = models.CharField(max_length=100)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="style_version_unique")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
