from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0023_restriction")]

    operations = [
        migrations.AddField("restriction", "draft", models.BinaryField(null=True)),
        migrations.RemoveIndex("restriction", "restriction_to_look"),
        migrations.AddIndex(
            "restriction",
            models.Index(
                fields=["look_on"], name="restriction_to_look", condition=models.Q(lifted_at=None)
            ),
        ),
    ]
