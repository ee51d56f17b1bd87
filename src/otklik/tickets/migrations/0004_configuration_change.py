import django.db.models.deletion
from django.db import migrations, models


GUARD = """
CREATE TRIGGER configuration_history_is_only_added_to
    BEFORE UPDATE OR DELETE ON tickets_configurationchange
    FOR EACH ROW EXECUTE FUNCTION tickets_refuse_change();
"""
UNGUARD = "DROP TRIGGER configuration_history_is_only_added_to ON tickets_configurationchange;"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("tickets", "0003_queue_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConfigurationChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_name", models.CharField(max_length=310)),
                (
                    "noun",
                    models.CharField(
                        choices=[
                            ("flow", "flow"),
                            ("status", "status"),
                            ("transition", "step"),
                            ("type", "type"),
                            ("field", "question"),
                            ("choice", "answer"),
                            ("question", "question on a form"),
                            ("category", "category"),
                            ("priority", "priority"),
                        ],
                        max_length=12,
                    ),
                ),
                ("row", models.BigIntegerField()),
                ("names", models.JSONField(default=dict)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("added", "added"),
                            ("changed", "changed"),
                            ("deleted", "deleted"),
                        ],
                        max_length=8,
                    ),
                ),
                ("old", models.JSONField(null=True)),
                ("new", models.JSONField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="tickets.configurationchange",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["noun", "row", "id"], name="changes_of_thing")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("new__isnull", False), ("old__isnull", True), ("verb", "added")
                            ),
                            models.Q(
                                ("new__isnull", True), ("old__isnull", False), ("verb", "deleted")
                            ),
                            models.Q(
                                ("new__isnull", False), ("old__isnull", False), ("verb", "changed")
                            ),
                            _connector="OR",
                        ),
                        name="configuration_change_says_what",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
