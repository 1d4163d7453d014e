import django.db.models.deletion
from django.db import migrations, models

import layers.base.fields

# Until now the station itself stood for what observes; each one with streams becomes an instrument of its name.
FILL = """
INSERT INTO sensors_instrument (name, properties)
SELECT sensor.code, '{}' FROM sensors_sensor AS sensor
WHERE EXISTS (SELECT FROM sensors_stream AS stream WHERE stream.sensor_id = sensor.id) ORDER BY sensor.id;
UPDATE sensors_stream AS stream SET instrument_id = instrument.id
FROM sensors_sensor AS sensor JOIN sensors_instrument AS instrument ON instrument.name = sensor.code
WHERE sensor.id = stream.sensor_id;
-- What the foreign key still has to check would forbid the ALTER TABLE that follows.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def words(max_length: int, title: str) -> layers.base.fields.Words:
    return layers.base.fields.Words(blank=True, db_default="", default="", max_length=max_length, verbose_name=title)


def details(**options: object) -> models.JSONField:
    return models.JSONField(blank=True, default=dict, verbose_name="further details", **options)


class Migration(migrations.Migration):
    dependencies = [("sensors", "0002_observation")]

    operations = [
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", words(2000, "description")),
                ("encoding_type", words(100, "media type of the data sheet")),
                (
                    "metadata",
                    layers.base.fields.Words(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Its address, or its text.",
                        max_length=10000,
                        verbose_name="data sheet",
                    ),
                ),
                ("properties", details()),
            ],
            options={
                "verbose_name": "instrument",
                "verbose_name_plural": "instruments",
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField("sensor", "details", details(db_default=models.Value({}, output_field=models.JSONField()))),
        migrations.AddField("observedproperty", "description", words(2000, "description")),
        migrations.AddField("observedproperty", "properties", details()),
        migrations.AddField("stream", "name", words(200, "name")),
        migrations.AddField("stream", "description", words(2000, "description")),
        migrations.AddField("stream", "properties", details()),
        migrations.AddField("stream", "unit_name", words(100, "name of the unit")),
        migrations.AddField("stream", "unit_definition", words(300, "definition of the unit (URI)")),
        migrations.AddField(
            "stream",
            "instrument",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="streams",
                to="sensors.instrument",
                verbose_name="instrument",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "stream",
            "instrument",
            models.ForeignKey(
                blank=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="streams",
                to="sensors.instrument",
                verbose_name="instrument",
            ),
        ),
        # "The newest observations of the city", whatever the datastream: without it each month would be sorted.
        migrations.RunSQL(
            "CREATE INDEX sensors_observation_time ON sensors_observation (phenomenon_time, stream_id)",
            "DROP INDEX sensors_observation_time",
        ),
    ]
