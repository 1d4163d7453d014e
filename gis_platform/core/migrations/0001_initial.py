import django.core.serializers.json
from django.db import migrations, models

from gis_platform.core import ground


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunPython(ground.create_extensions, migrations.RunPython.noop),
        migrations.RunPython(ground.create_reader, migrations.RunPython.noop),
        migrations.RunPython(ground.create_functions, migrations.RunPython.noop),
        # No model: emptying the models' tables between tests must not forget what is installed.
        migrations.RunSQL(
            """
            CREATE TABLE core_sqlfile (
                name text PRIMARY KEY,
                hash text NOT NULL,
                installed_at timestamptz NOT NULL DEFAULT now()
            )
            """,
            "DROP TABLE core_sqlfile",
        ),
        migrations.CreateModel(
            name="PeriodicRun",
            fields=[
                ("name", models.CharField(max_length=90, primary_key=True, serialize=False)),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("actor", models.CharField(max_length=100, verbose_name="actor")),
                ("action", models.CharField(max_length=100, verbose_name="action")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                (
                    "data",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="data"
                    ),
                ),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "indexes": [
                    models.Index(
                        models.F("subject"), models.OrderBy(models.F("at"), descending=True), name="core_audit_subject"
                    ),
                    models.Index(
                        models.F("actor"), models.OrderBy(models.F("at"), descending=True), name="core_audit_actor"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=200)),
                ("body_hash", models.BinaryField()),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.BinaryField(default=b"")),
                ("content_type", models.CharField(default="", max_length=100)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "key"), name="core_idempotency_one_answer_a_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=100, verbose_name="topic")),
                (
                    "payload",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="payload"),
                ),
                ("actor", models.CharField(max_length=100, verbose_name="actor")),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "due"), ("running", "running"), ("done", "done"), ("dead", "given up")],
                        default="due",
                        max_length=10,
                        verbose_name="delivery state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("queued_until", models.DateTimeField(editable=False, null=True)),
                ("lease", models.UUIDField(editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("error", models.TextField(blank=True, verbose_name="last error")),
            ],
            options={
                "verbose_name": "outbox entry",
                "verbose_name_plural": "outbox entries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("due", "running"))),
                        fields=["due_at"],
                        name="core_outbox_alive",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("done", "dead"))),
                        fields=["finished_at"],
                        name="core_outbox_finished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            models.Q(("lease__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="core_outbox_a_running_entry_has_a_lease",
                    )
                ],
            },
        ),
    ]
