import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sensors", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream_id", "phenomenon_time", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="observations",
                        to="sensors.stream",
                    ),
                ),
                ("phenomenon_time", models.DateTimeField()),
                ("result", models.FloatField()),
                ("quality", models.SmallIntegerField()),
                ("received_at", models.DateTimeField()),
            ],
            options={"db_table": "sensors_observation", "managed": False},
        ),
        # Partitions are made by create_observation_partition() (sql/functions), ahead of time and when a month needs one.
        migrations.RunSQL(
            """
            CREATE TABLE sensors_observation (
                stream_id bigint NOT NULL,
                phenomenon_time timestamptz NOT NULL,
                result double precision NOT NULL,
                quality smallint NOT NULL DEFAULT 0,
                received_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (stream_id, phenomenon_time)
            ) PARTITION BY RANGE (phenomenon_time)
            """,
            "DROP TABLE sensors_observation",
        ),
    ]
