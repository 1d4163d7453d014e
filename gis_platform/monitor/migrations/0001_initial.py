import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("silence", "Silent sensor")], max_length=20, verbose_name="kind")),
                ("layer", models.CharField(max_length=60, verbose_name="layer")),
                ("feature_id", models.BigIntegerField(verbose_name="feature")),
                (
                    "state",
                    models.CharField(
                        choices=[("firing", "Firing"), ("recovered", "Recovered")],
                        default="firing",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        help_text="When the last sign of life came; the alarm is later.", verbose_name="since"
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="raised")),
                ("recovered_at", models.DateTimeField(blank=True, null=True, verbose_name="recovered")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledged")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="acknowledged_alarms",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="acknowledged by",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm",
                "verbose_name_plural": "alarms",
                "ordering": ["-raised_at", "-id"],
                "indexes": [models.Index(fields=["-raised_at"], name="alarm_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "firing")),
                        fields=("kind", "layer", "feature_id"),
                        name="alarm_firing_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recovered_at", None), ("state", "firing")),
                            models.Q(("recovered_at__isnull", False), ("state", "recovered")),
                            _connector="OR",
                        ),
                        name="alarm_recovered_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acknowledged_by", None), ("acknowledged_at__isnull", False), _connector="OR"
                        ),
                        name="alarm_acknowledged_has_time",
                    ),
                ],
            },
        ),
    ]
