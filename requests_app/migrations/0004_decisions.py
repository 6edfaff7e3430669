"""Papers behind exemptions, what a use of one records, holds sealed and with an end, windows, a second regime."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from identity import sealing


def seal_reasons(apps, schema_editor):
    """Reasons were in clear; each gets a key of its own."""
    for hold in apps.get_model("requests_app", "LegalHold").objects.all().iterator(chunk_size=500):
        key = sealing.new_key()
        hold.key_id, hold.sealed_reason = key.pk, sealing.seal(key, hold.reason.encode(), "hold")
        hold.save(update_fields=["key_id", "sealed_reason"])


class Migration(migrations.Migration):
    """Reasons are sealed before the clear column goes."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("identity", "0001_first"),
        ("requests_app", "0003_published_year"),
    ]

    operations = [
        migrations.AddField("case", "also", models.JSONField(default=list)),
        migrations.AddField("determination", "review_on", models.DateField(null=True)),
        migrations.AddField("determination", "sealed_use", models.BinaryField(null=True)),
        migrations.AddField(
            "legalhold",
            "key",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.sealingkey",
            ),
        ),
        migrations.AddField("legalhold", "sealed_reason", models.BinaryField(null=True)),
        migrations.AddField(
            "legalhold",
            "kind",
            models.CharField(
                choices=[("duty", "Duty"), ("enforcement", "Enforcement")], default="duty", max_length=12
            ),
        ),
        migrations.AddField("legalhold", "lapses_on", models.DateField(null=True)),
        migrations.RunPython(seal_reasons, elidable=False),
        # The foreign keys just written are checked now, or PostgreSQL refuses to alter the table after them.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AlterField(
            "legalhold",
            "key",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.sealingkey"
            ),
        ),
        migrations.AlterField("legalhold", "sealed_reason", models.BinaryField()),
        migrations.RemoveField("legalhold", "reason"),
        migrations.AlterField(
            "subjectrecord",
            "purpose",
            models.CharField(
                choices=[
                    ("suppression", "Suppression"),
                    ("know_window", "Know Window"),
                    ("correction_refused", "Correction Refused"),
                    ("not_to_ask", "Not To Ask"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.CharField(max_length=60)),
                ("sealed_name", models.BinaryField()),
                ("content_type", models.CharField(max_length=40)),
                ("path", models.CharField(max_length=120)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="requests_app.case",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
