"""The abstract feature, and the tables that every layer shares: history, revisions, photos."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from layers.base.fields import OpeningHoursField, Words


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Wheelchair(models.TextChoices):
    """OSM's values of `wheelchair`."""

    YES = "yes", _("Wheelchair accessible")
    LIMITED = "limited", _("Partly wheelchair accessible")
    NO = "no", _("Not wheelchair accessible")


class Feature(models.Model):
    """Anything with a position. Geometry in EPSG:4326; the Web Mercator copy is PostgreSQL's own, for tiles.

    `version`, `updated_at` and the history are kept by triggers (sql/triggers), so no writer can forget them.
    """

    geometry = models.GeometryField(_("geometry"), srid=4326)
    geometry_webmercator = models.GeneratedField(
        expression=Transform("geometry", 3857), output_field=models.GeometryField(srid=3857), db_persist=True
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.PUBLISHED, db_default=Status.PUBLISHED
    )
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True, help_text=_("The end is not included."))
    source = Words(_("source of the data"), max_length=200)
    source_ref = Words(_("identifier in the source"), max_length=200)
    licence = Words(_("licence of the data"), max_length=100)
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
        indexes: ClassVar = [GistIndex("geometry_webmercator", name="%(class)s_webmercator")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(geometry__isvalid=True, geometry__isempty=False), name="%(class)s_geometry_valid"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(class)s_valid_to_after_valid_from",
            ),
            models.UniqueConstraint(
                fields=["source", "source_ref"], condition=~Q(source_ref=""), name="%(class)s_source_ref_unique"
            ),
        ]


class NamedFeature(Feature):
    """A feature that people know by name, in three languages. `search` is folded: no case, no accents."""

    name_lv = Words(_("name in Latvian"), max_length=300)
    name_lt = Words(_("name in Lithuanian"), max_length=300)
    name_en = Words(_("name in English"), max_length=300)
    description_lv = Words(_("description in Latvian"), max_length=5000)
    description_lt = Words(_("description in Lithuanian"), max_length=5000)
    description_en = Words(_("description in English"), max_length=5000)
    search = models.GeneratedField(
        expression=models.Func(
            Concat(
                "name_lv", models.Value(" "), "name_lt", models.Value(" "), "name_en", output_field=models.TextField()
            ),
            function="fold",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(Feature.Meta):
        abstract = True
        indexes: ClassVar = [
            *Feature.Meta.indexes,
            GinIndex(OpClass(F("search"), name="gin_trgm_ops"), name="%(class)s_search"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    @property
    def name(self) -> str:
        """The name in the active language, else in the city's, else in any."""
        return text_of(self, "name")


class VisitedFeature(NamedFeature):
    """A feature that people go to: it has an address, a contact, hours and steps or none."""

    address = Words(_("address"), max_length=300)
    postcode = Words(_("postcode"), max_length=12)
    phone = Words(_("phone"), max_length=40)
    email = models.EmailField(_("e-mail"), blank=True, default="", db_default="")
    website = models.URLField(_("website"), blank=True, default="", db_default="", max_length=500)
    opening_hours = OpeningHoursField(_("opening hours"))
    wheelchair = Words(_("wheelchair access"), max_length=8, choices=Wheelchair)

    class Meta(NamedFeature.Meta):
        abstract = True


class Change(models.Model):
    """One change of one feature: the state that it left behind (for a deletion, the last state). Written by trigger."""

    class Operation(models.TextChoices):
        CREATE = "create", _("created")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    layer = models.CharField(max_length=60)
    feature_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    operation = models.CharField(max_length=6, choices=Operation)
    state = models.JSONField()
    geometry = models.GeometryField(srid=4326, spatial_index=False)
    actor = models.CharField(max_length=100)
    reason = models.CharField(max_length=500, blank=True)
    change_set = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "feature_id", "version"], name="change_version_unique"),
        ]
        indexes = [
            models.Index(fields=["change_set"], condition=Q(change_set__isnull=False), name="change_change_set"),
            models.Index(fields=["layer", "id"], name="change_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.layer}/{self.feature_id} version {self.version}: {self.get_operation_display()}"


class LayerRevision(models.Model):
    """A number that rises with every change of a layer: what caches of tiles and pages are keyed by."""

    layer = models.CharField(primary_key=True, max_length=60)
    revision = models.BigIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.layer} {self.revision}"


class TileChange(models.Model):
    """When what tiles show of a layer last changed, by cell: a tile of WebMercatorQuad's zoom 16. Written by trigger.

    The row without a cell stands for the whole layer; it takes the place of the layer's other rows.
    """

    layer = models.CharField(max_length=60)
    x = models.IntegerField(null=True)
    y = models.IntegerField(null=True)
    revision = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "x", "y"], name="tile_change_cell", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.x}/{self.y}: {self.revision}"


class Turn(models.Model):
    """An instant at which a feature of the layer begins or ceases to hold, without an edit. Written by trigger."""

    layer = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "at"], name="turn_unique")]

    def __str__(self) -> str:
        return f"{self.layer} {self.at}"


class Photo(models.Model):
    """A picture of a feature, with who made it, under which licence, and what it shows."""

    layer = models.CharField(max_length=60)
    feature_id = models.BigIntegerField()
    image = models.ImageField(upload_to="photos/")
    author = models.CharField(_("author"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100)
    alternative_lv = Words(_("what it shows, in Latvian"), max_length=300)
    alternative_lt = Words(_("what it shows, in Lithuanian"), max_length=300)
    alternative_en = Words(_("what it shows, in English"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["layer", "feature_id"], name="photo_feature")]

    def __str__(self) -> str:
        return self.image.name or ""
