import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0010_oauth2_of_senders"),
        ("people", "0004_undo_seconds"),
        ("tickets", "0026_stamp_of_core"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpamLesson",
            fields=[
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="spam_lesson",
                        serialize=False,
                        to="mail.letter",
                    ),
                ),
                ("is_spam", models.BooleanField()),
                (
                    "traits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("twins", models.BigIntegerField()),
                ("turn", models.PositiveBigIntegerField()),
                ("taught_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SpamMemory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("spam", models.PositiveIntegerField(default=0)),
                ("ham", models.PositiveIntegerField(default=0)),
                ("turn", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SpamTrait",
            fields=[
                ("key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("spam", models.PositiveIntegerField()),
                ("ham", models.PositiveIntegerField()),
                ("since", models.PositiveBigIntegerField()),
                ("seen", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="letter",
            name="letter_ends_in_one_outcome",
        ),
        migrations.AddField(
            model_name="letter",
            name="spam_percent",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="spam_traits",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="spam_filter",
            field=models.CharField(
                choices=[
                    ("off", "Is not asked"),
                    ("show", "Only shows its score"),
                    ("hold", "Puts likely spam in quarantine"),
                ],
                db_default="hold",
                default="hold",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="spam_threshold",
            field=models.PositiveSmallIntegerField(db_default=95, default=95),
        ),
        migrations.AlterField(
            model_name="letter",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing yet"),
                    ("ticket", "New ticket"),
                    ("reply", "Reply in a ticket"),
                    ("note", "Internal note"),
                    ("machine", "Letter of a machine"),
                    ("dropped", "Dropped"),
                    ("spam", "Spam"),
                ],
                db_default="",
                default="",
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_at__isnull", False),
                        ("state", "done"),
                        models.Q(
                            models.Q(
                                ("outcome__in", ["ticket", "reply"]),
                                ("message__isnull", False),
                                ("note__isnull", True),
                                ("ticket__isnull", False),
                            ),
                            models.Q(
                                ("outcome", "note"),
                                ("message__isnull", True),
                                ("note__isnull", False),
                                ("ticket__isnull", False),
                            ),
                            models.Q(
                                ("note__isnull", True),
                                ("outcome", "spam"),
                                ("message__isnull", False),
                                ("ticket__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("outcome__in", ["machine", "dropped", "spam"]),
                                ("message__isnull", True),
                                ("note__isnull", True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("done_at__isnull", True),
                        ("outcome", ""),
                        ("state", "quarantined"),
                        ("message__isnull", True),
                        ("note__isnull", True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("done_at__isnull", True),
                        ("outcome", ""),
                        ("state", "kept"),
                        ("ticket__isnull", True),
                        ("message__isnull", True),
                        ("note__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="letter_ends_in_one_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("spam_percent__isnull", True), ("spam_percent__lte", 100), _connector="OR"
                ),
                name="letter_is_spam_by_a_percentage",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("spam_filter__in", ["off", "show", "hold"])),
                name="mailbox_spam_filter_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("spam_threshold__gt", 50), ("spam_threshold__lte", 100)),
                name="mailbox_holds_spam_from_more_than_a_half",
            ),
        ),
        migrations.AddField(
            model_name="spamlesson",
            name="status_before",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.status",
            ),
        ),
        migrations.AddField(
            model_name="spamlesson",
            name="taught_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddConstraint(
            model_name="spammemory",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="there_is_one_spam_memory"
            ),
        ),
        migrations.AddConstraint(
            model_name="spamtrait",
            constraint=models.CheckConstraint(
                condition=models.Q(("spam__gt", 0), ("ham__gt", 0), _connector="OR"),
                name="spam_trait_was_in_a_letter",
            ),
        ),
        migrations.AddIndex(
            model_name="spamlesson",
            index=models.Index(fields=["twins"], name="spam_lessons_of_twins"),
        ),
        migrations.AddConstraint(
            model_name="spamlesson",
            constraint=models.UniqueConstraint(
                fields=("turn",), name="spam_lesson_has_its_own_turn"
            ),
        ),
    ]
