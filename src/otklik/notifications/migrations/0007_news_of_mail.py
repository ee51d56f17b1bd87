"""News may be of a mailbox or a sender; each step looks at no row, so nobody waits."""

from typing import Any

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("new_ticket", "New in the queue"),
    ("message", "New message"),
    ("note", "Internal note"),
    ("assigned", "Assigned to me"),
    ("status", "Status of my request"),
    ("transferred", "Passed to my department"),
    ("escalated", "Escalated"),
    ("rated", "Rated"),
    ("unsent", "A letter that did not leave"),
    ("quarantined", "A letter in quarantine"),
    ("silent", "A silent mailbox"),
]
ONE_THING = (
    Q(ticket__isnull=False, mailbox__isnull=True, sender__isnull=True)
    | Q(ticket__isnull=True, mailbox__isnull=False, sender__isnull=True)
    | Q(ticket__isnull=True, mailbox__isnull=True, sender__isnull=False)
)


def reference(to: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to=to,
    )


def columns(model: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.AlterField(model, "ticket", reference("tickets.ticket")),
        migrations.AddField(model, "mailbox", reference("mail.mailbox")),
        migrations.AddField(model, "sender", reference("mail.sender")),
        migrations.AlterField(model, "kind", models.CharField(choices=KINDS, max_length=12)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0006_stamp_of_senders"),
        ("notifications", "0006_whose_news"),
        ("tickets", "0005_configuration_stamp"),
    ]

    operations = [
        *columns("notification"),
        migrations.AddField(
            "notification", "times", models.PositiveIntegerField(default=1, db_default=1)
        ),
        AddConstraintNotValid(
            "notification",
            models.CheckConstraint(name="notification_is_about_one_thing", condition=ONE_THING),
        ),
        *columns("news"),
        AddConstraintNotValid(
            "news", models.CheckConstraint(name="news_are_about_one_thing", condition=ONE_THING)
        ),
    ]
