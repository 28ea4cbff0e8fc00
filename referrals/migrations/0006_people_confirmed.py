from django.db import migrations


class Migration(migrations.Migration):
    """Hospitals from before the directories were all entered by people; what they told is theirs."""

    dependencies = [
        ('referrals', '0005_outcomes'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE referrals_hospital SET confirmed_at = now() WHERE confirmed_at IS NULL AND listing_digest = ''",
            migrations.RunSQL.noop,
        ),
    ]
