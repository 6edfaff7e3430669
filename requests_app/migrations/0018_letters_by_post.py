"""Any letter may go by post; those that did so far are answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0017_redaction")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="by_post",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="letter",
            name="sealed_page",
            field=models.BinaryField(null=True),
        ),
        migrations.RunSQL(
            "UPDATE requests_app_letter SET by_post = true WHERE kind = 'answer_by_post'",
            migrations.RunSQL.noop,
        ),
    ]
