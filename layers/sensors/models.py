"""Names follow OGC SensorThings; there, a stream is called a Datastream."""

from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.base.models import NamedFeature
from layers.sensors.readings import KEY_LENGTH_MAX, PAYLOAD_LENGTH_MAX, Cause


class Sensor(NamedFeature):
    """An instrument at a place. A point; the device that sends for it belongs to another room."""

    class Category(models.TextChoices):
        WEATHER = "weather", _("Weather")
        AIR_QUALITY = "air_quality", _("Air quality")
        WATER_LEVEL = "water_level", _("Water level")
        TRAFFIC = "traffic", _("Traffic")
        NOISE = "noise", _("Noise")
        PARKING = "parking", _("Parking")
        BICYCLE = "bicycle", _("Bicycles")
        WASTE = "waste", _("Waste")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=40, unique=True)
    category = models.CharField(
        _("category"), max_length=12, choices=Category, default=Category.OTHER, db_default=Category.OTHER
    )
    device = Words(_("about the device"), max_length=300)
    details = models.JSONField(
        _("further details"), default=dict, blank=True, db_default=Value({}, output_field=models.JSONField())
    )
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(NamedFeature.Meta):
        verbose_name = _("sensor")
        verbose_name_plural = _("sensors")


class ObservedProperty(models.Model):
    """What is observed, as a public vocabulary defines it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=100)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    definition = Words(_("definition (URI)"), max_length=300)
    description = Words(_("description"), max_length=2000)
    properties = models.JSONField(_("further details"), default=dict, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("observed property")
        verbose_name_plural = _("observed properties")

    def __str__(self) -> str:
        return self.code


class Instrument(models.Model):
    """The make or the method that observes, as its data sheet tells it; SensorThings calls it a Sensor."""

    name = models.CharField(_("name"), max_length=200)
    description = Words(_("description"), max_length=2000)
    encoding_type = Words(_("media type of the data sheet"), max_length=100)
    metadata = Words(_("data sheet"), max_length=10_000, help_text=_("Its address, or its text."))
    properties = models.JSONField(_("further details"), default=dict, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")

    def __str__(self) -> str:
        return self.name


class Stream(models.Model):
    """One property observed by one sensor. Readings name it by `key`; those outside of the bounds are refused."""

    sensor = models.ForeignKey(Sensor, models.PROTECT, related_name="streams", verbose_name=_("sensor"))
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, related_name="streams", verbose_name=_("observed property")
    )
    key = models.CharField(
        _("key"), max_length=KEY_LENGTH_MAX, unique=True, help_text=_("For example JEL-WX-01/air_temperature.")
    )
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="streams", verbose_name=_("instrument"), blank=True
    )
    name = Words(_("name"), max_length=200)
    description = Words(_("description"), max_length=2000)
    properties = models.JSONField(_("further details"), default=dict, blank=True)
    unit = Words(_("unit (UCUM)"), max_length=20)
    unit_name = Words(_("name of the unit"), max_length=100)
    unit_definition = Words(_("definition of the unit (URI)"), max_length=300)
    minimum = models.FloatField(_("lowest plausible value"), null=True, blank=True)
    maximum = models.FloatField(_("highest plausible value"), null=True, blank=True)
    expected_every_s = models.PositiveIntegerField(
        _("a reading is expected every (seconds)"), default=600, db_default=600
    )

    class Meta:
        ordering = ["key"]
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(maximum__gte=F("minimum")), name="stream_maximum_above_minimum"),
            models.CheckConstraint(condition=Q(expected_every_s__gt=0), name="stream_expected_every_positive"),
        ]

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Where no instrument is named, it is the one of the sensor's other streams, else a new one for the sensor."""
        if self.instrument_id is None:
            known = Instrument.objects.filter(streams__sensor_id=self.sensor_id).first()
            self.instrument = known or Instrument.objects.create(name=self.sensor.code)
        super().save(*args, **kwargs)


class Observation(models.Model):
    """A stored reading. The migration makes the table, partitioned by month of `phenomenon_time` in UTC.

    There is no foreign key in the database: checking each of millions of rows would only repeat what the key of
    `LatestObservation` guarantees, that a stream with observations cannot be deleted.
    """

    pk = models.CompositePrimaryKey("stream_id", "phenomenon_time")
    stream = models.ForeignKey(Stream, models.DO_NOTHING, db_constraint=False, related_name="observations")
    phenomenon_time = models.DateTimeField()
    result = models.FloatField()
    quality = models.SmallIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "sensors_observation"

    def __str__(self) -> str:
        return f"{self.stream_id} {self.phenomenon_time:%Y-%m-%dT%H:%M:%SZ} {self.result}"


class LatestObservation(models.Model):
    """The newest observation of each stream, kept by `services.ingest` in the transaction that stores it."""

    stream = models.OneToOneField(Stream, models.PROTECT, primary_key=True, related_name="latest")
    phenomenon_time = models.DateTimeField()
    result = models.FloatField()
    quality = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.stream_id} {self.phenomenon_time:%Y-%m-%dT%H:%M:%SZ} {self.result}"


class RejectedReading(models.Model):
    """A reading that was not stored as an observation, with the cause. The oldest go when there are too many."""

    cause = models.CharField(_("cause"), max_length=20, choices=[(cause.value, cause.value) for cause in Cause])
    stream_key = Words(_("stream"), max_length=KEY_LENGTH_MAX)
    payload = Words(_("as received"), max_length=PAYLOAD_LENGTH_MAX)
    sender = Words(_("sender"), max_length=100)
    received_at = models.DateTimeField(_("received"), db_default=Now())

    class Meta:
        ordering = ["-id"]
        verbose_name = _("rejected reading")
        verbose_name_plural = _("rejected readings")
        indexes: ClassVar = [models.Index(fields=["cause", "-received_at"], name="rejected_cause")]

    def __str__(self) -> str:
        return f"{self.cause} {self.stream_key}"


class ReadingCount(models.Model):
    """How many readings of a day (the city's) had an outcome: "accepted", "duplicate", "late" or a cause.

    The late ones are accepted as well, so the readings of a day are accepted + duplicate + every cause.
    """

    day = models.DateField(_("day"))
    outcome = models.CharField(_("outcome"), max_length=20)
    total = models.BigIntegerField(_("total"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "outcome"], name="reading_count_unique")]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome}: {self.total}"
