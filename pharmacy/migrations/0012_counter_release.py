from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pharmacy', '0011_recall_notice'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dispense',
            name='dispense_without_bay_is_handed_over',
        ),
        migrations.AddConstraint(
            model_name='dispense',
            constraint=models.CheckConstraint(condition=models.Q(('bay__isnull', False), ('status__in', ['released', 'cancelled', 'expired', 'completed']), _connector='OR'), name='dispense_without_bay_moves_at_once'),
        ),
    ]
