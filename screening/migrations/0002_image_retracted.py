from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0002_audit_append_only'),
        ('screening', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='fundusimage',
            name='image_one_per_eye',
        ),
        migrations.RemoveConstraint(
            model_name='fundusimage',
            name='image_not_for_both_eyes',
        ),
        migrations.AddField(
            model_name='fundusimage',
            name='entered_in_error_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='fundusimage',
            constraint=models.UniqueConstraint(condition=models.Q(('entered_in_error_at__isnull', True)), fields=('exam', 'laterality'), name='image_one_per_eye'),
        ),
        migrations.AddConstraint(
            model_name='fundusimage',
            constraint=models.UniqueConstraint(condition=models.Q(('entered_in_error_at__isnull', True)), fields=('exam', 'sha256'), name='image_not_for_both_eyes'),
        ),
    ]
