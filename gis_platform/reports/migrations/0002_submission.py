import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.RenameModel(old_name="Contact", new_name="Submission"),
        migrations.AlterModelOptions(
            name="submission", options={"verbose_name": "submission", "verbose_name_plural": "submissions"}
        ),
        migrations.AddField(
            model_name="submission",
            name="text",
            field=models.TextField(default="", max_length=4000, verbose_name="text"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="submission",
            name="report",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="submission",
                to="reports.report",
                verbose_name="report",
            ),
        ),
        migrations.RemoveField(model_name="report", name="text"),
        migrations.RenameField(model_name="notice", old_name="contact", new_name="submission"),
        migrations.AlterField(
            model_name="notice",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="reports.submission",
                verbose_name="submission",
            ),
        ),
    ]
