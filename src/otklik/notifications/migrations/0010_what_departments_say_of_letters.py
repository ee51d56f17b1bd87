import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0009_news_by_letter"),
        ("people", "0004_undo_seconds"),
    ]

    operations = [
        migrations.CreateModel(
            name="DepartmentLetters",
            fields=[
                ("kinds", models.JSONField(default=list)),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("at_once", "At once"),
                            ("hourly", "Once an hour, together"),
                            ("daily", "Once a day, together"),
                        ],
                        default="at_once",
                        max_length=7,
                    ),
                ),
                ("daily_hour", models.PositiveSmallIntegerField(default=8)),
                ("quiet_from", models.PositiveSmallIntegerField(null=True)),
                ("quiet_until", models.PositiveSmallIntegerField(null=True)),
                ("is_quiet_on_weekends", models.BooleanField(default=False)),
                (
                    "department",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="letters",
                        serialize=False,
                        to="people.department",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rhythm__in", ["at_once", "hourly", "daily"])),
                        name="department_letter_rhythm_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("daily_hour__lt", 24)),
                        name="department_daily_hour_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(
                                ("quiet_from__lt", 24),
                                ("quiet_until__lt", 24),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="department_quiet_hours_begin_and_end",
                    ),
                ],
            },
        ),
    ]
