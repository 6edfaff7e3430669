import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# The cases that are open now, as requests_app.likely_twins marks those to come; 45 days is its own measure.
MARK = """
UPDATE requests_app_case c SET twin_likely = true
WHERE c.state NOT IN ('closed', 'archived') AND c.cause = '' AND c.subject_index <> ''
  AND EXISTS (
    SELECT 1 FROM requests_app_case o
    WHERE o.controller = c.controller AND o.subject_index = c.subject_index AND o."right" = c."right"
      AND o.regime = c.regime AND o.id <> c.id AND o.cause = '' AND o.state NOT IN ('closed', 'archived')
      AND o.received_at BETWEEN c.received_at - interval '45 days' AND c.received_at + interval '45 days'
  )
"""


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0005_training'),
        ('requests_app', '0024_terms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('controller', models.SlugField()),
                ('sealed_name', models.BinaryField()),
                ('sealed_reason', models.BinaryField()),
                ('citation', models.CharField(blank=True, max_length=200)),
                ('placed_at', models.DateTimeField()),
                ('review_on', models.DateField()),
                ('lifted_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MatterEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('sealed_reason', models.BinaryField(default=b'')),
                ('references', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='twin_likely',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='holding_key',
            field=models.CharField(blank=True, db_default='', default='', max_length=80),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='system',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(models.Q(('state__in', ['closed', 'archived']), _negated=True), ('twin_likely', True)), fields=['controller', 'due_on', 'id'], name='case_twin_likely'),
        ),
        migrations.AddField(
            model_name='matter',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.sealingkey'),
        ),
        migrations.AddField(
            model_name='matter',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='matter',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='requests_app.matter'),
        ),
        migrations.AddIndex(
            model_name='legalhold',
            index=models.Index(condition=models.Q(('lifted_at', None), ('matter', None)), fields=['controller', 'review_on', 'id'], name='hold_to_review'),
        ),
        migrations.AddField(
            model_name='matterevent',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='matterevent',
            name='matter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='requests_app.matter'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['controller', 'review_on', 'id'], name='matter_in_force'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('lifted_at', None), _negated=True), fields=['controller', '-lifted_at', '-id'], name='matter_lifted'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matterevent',
            trigger=pgtrigger.compiler.Trigger(name='matter_event_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5b956a4d1c0a25344ce84d3087c59cd947057296', operation='UPDATE OR DELETE', pgid='pgtrigger_matter_event_stays_83863', table='requests_app_matterevent', when='BEFORE')),
        ),
    ]
