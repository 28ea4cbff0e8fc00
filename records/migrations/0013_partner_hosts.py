from urllib.parse import urlsplit

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from records.allowed_hosts import read_host


def list_hosts_in_use(apps, schema_editor):
    """Addresses that were added before there was a list keep what they get; those that ended for good need none."""
    endpoints = apps.get_model('records', 'WebhookEndpoint').objects.exclude(off_reason__in=['deleted', 'gone'])
    for client, url in sorted(set(endpoints.values_list('client_id', 'url'))):
        host = read_host(urlsplit(url).hostname)
        apps.get_model('records', 'PartnerHost').objects.get_or_create(
            client_id=client, host=host, removed_at=None, defaults={'added_at': timezone.now()}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0012_partner_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='PartnerHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=253)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='records.partnerclient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('client', 'host'), name='partner_host_once_on_the_list'), models.CheckConstraint(condition=models.Q(('host', ''), _negated=True), name='partner_host_named')],
            },
        ),
        migrations.RunPython(list_hosts_in_use, migrations.RunPython.noop, elidable=True),
    ]
