"""Look at the rows there are, and index those of mail, of which there is none yet.

Reading goes on throughout; writing waits for the indexes, each of which reads the table once.
They are not made concurrently: that would wait for whoever starts at the same time, who waits for
this very migration.
"""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_news_of_mail")]

    operations = [
        ValidateConstraint("notification", "notification_is_about_one_thing"),
        ValidateConstraint("news", "news_are_about_one_thing"),
        migrations.AddConstraint(
            "notification",
            models.UniqueConstraint(
                fields=["account", "kind", "mailbox", "sender"],
                condition=Q(ticket__isnull=True, read_at__isnull=True),
                nulls_distinct=False,
                name="unread_of_mail_is_one",
            ),
        ),
        migrations.AddIndex(
            "notification",
            models.Index(
                fields=["mailbox"], condition=Q(mailbox__isnull=False), name="told_of_mailbox"
            ),
        ),
        migrations.AddIndex(
            "notification",
            models.Index(
                fields=["sender"], condition=Q(sender__isnull=False), name="told_of_sender"
            ),
        ),
    ]
