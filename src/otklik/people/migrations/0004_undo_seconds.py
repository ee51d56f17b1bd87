from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_languages_by_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="undo_seconds",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (0, "Off: send at once"),
                    (5, "5 seconds"),
                    (10, "10 seconds"),
                    (20, "20 seconds"),
                ],
                db_default=5,
                default=5,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("undo_seconds__in", [0, 5, 10, 20])),
                name="undo_seconds_are_offered",
            ),
        ),
    ]
