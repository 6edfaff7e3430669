from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("requests_app", "0018_letters_by_post"),
    ]

    operations = [
        migrations.AddField("reading", "boxes", models.JSONField(default=list)),
        migrations.AddField("reading", "made", models.JSONField(default=dict)),
        migrations.AddField("errand", "recall_asked_at", models.DateTimeField(null=True)),
    ]
