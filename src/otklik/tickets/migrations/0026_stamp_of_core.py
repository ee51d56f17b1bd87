"""The stamp of the configuration belongs to `core` now; its table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_stamp_of_the_configuration"),
        ("tickets", "0025_letters"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="ConfigurationStamp")]
        ),
    ]
