"""The stamp of the configuration is everybody's: the table of `tickets` is asked from here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_mark_of_the_desk"),
        ("tickets", "0005_configuration_stamp"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ConfigurationStamp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("value", models.UUIDField()),
                    ],
                    options={"db_table": "tickets_configurationstamp"},
                ),
            ],
        ),
    ]
