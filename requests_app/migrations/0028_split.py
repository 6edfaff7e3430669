from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0027_replays")]

    operations = [
        migrations.AddField(
            "submission",
            "split_from",
            models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=deletion.PROTECT,
                related_name="split_off",
                to="requests_app.submission",
            ),
        ),
        migrations.AddIndex(
            "submission",
            models.Index(
                fields=["split_from"],
                name="submission_split_off",
                condition=models.Q(split_from__isnull=False),
            ),
        ),
        migrations.AlterField(
            "case",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("granted", "granted"),
                    ("granted_in_part", "granted_in_part"),
                    ("refused", "refused"),
                    ("not_identified", "not_identified"),
                    ("not_found", "not_found"),
                    ("withdrawn", "withdrawn"),
                    ("duplicate", "duplicate"),
                    ("mistaken", "mistaken"),
                ],
                max_length=20,
            ),
        ),
    ]
