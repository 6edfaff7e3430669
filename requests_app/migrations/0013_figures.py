"""What an answer rests on stays on the case, and a year's cases are found by index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KNOWN = """
UPDATE requests_app_case SET grounds = known.codes
FROM (
    SELECT holding.case_id, jsonb_agg(DISTINCT determination.exemption ORDER BY determination.exemption) AS codes
    FROM requests_app_determination AS determination
    JOIN requests_app_holding AS holding ON holding.id = determination.holding_id
    WHERE determination.exemption <> '' AND holding.found > 0
    GROUP BY holding.case_id
) AS known
WHERE known.case_id = requests_app_case.id AND requests_app_case.outcome <> '';
"""


class Migration(migrations.Migration):
    """Cases answered before are given the grounds that their determinations still show."""

    dependencies = [
        ("requests_app", "0012_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("case", "grounds", models.JSONField(default=list)),
        migrations.AddIndex(
            "case", models.Index(fields=["controller", "received_on", "id"], name="case_received")
        ),
        migrations.AddIndex(
            "caseevent",
            models.Index(fields=["at", "id"], name="event_by_staff", condition=models.Q(by_kind="staff")),
        ),
        migrations.AddIndex("trayevent", models.Index(fields=["at", "id"], name="tray_event_at")),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("controller", models.SlugField()),
                ("on", models.DateField()),
                ("sent_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "controller", "on"), name="one_digest_a_day")
                ],
            },
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
