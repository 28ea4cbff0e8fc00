from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pharmacy", "0004_safety_check"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="lot", name="lot_quarantined_for_a_reason"),
        migrations.RenameField("lot", "quarantined_at", "recalled_at"),
        migrations.RenameField("lot", "quarantine_reason", "recall_reason"),
    ]
