from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0026_replies")]

    operations = [
        migrations.AddField("work", "asked_anew", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AddField("subjectrecord", "said", models.JSONField(null=True)),
        migrations.AlterField(
            "subjectrecord",
            "purpose",
            models.CharField(
                choices=[
                    ("suppression", "Suppression"),
                    ("know_window", "Know Window"),
                    ("correction_refused", "Correction Refused"),
                    ("replayed", "Replayed"),
                    ("replay_held", "Replay Held"),
                    ("replay_away", "Replay Away"),
                    ("replay_open", "Replay Open"),
                    ("replay_kept", "Replay Kept"),
                    ("replay_accepted", "Replay Accepted"),
                ],
                max_length=20,
            ),
        ),
    ]
