import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0009_outcomes_are_diagnoses"),
        ("screening", "0012_diagnosis_from_hospital"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='referraloutcome',
            name='outcome_once_per_eye_and_label',
        ),
        migrations.RemoveConstraint(
            model_name='referraloutcome',
            name='outcome_label',
        ),
        migrations.RemoveConstraint(
            model_name='referraloutcome',
            name='outcome_laterality',
        ),
        migrations.RemoveField(
            model_name='referraloutcome',
            name='label',
        ),
        migrations.RemoveField(
            model_name='referraloutcome',
            name='laterality',
        ),
        migrations.RemoveField(
            model_name='referraloutcome',
            name='present',
        ),
        migrations.RemoveField(
            model_name='referraloutcome',
            name='recorded_at',
        ),
        migrations.AlterField(
            model_name="referraloutcome",
            name="diagnosis",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referral_outcome",
                to="screening.confirmeddiagnosis",
            ),
        ),
    ]
