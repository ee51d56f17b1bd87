from django.db import migrations, models
from django.db.models import Q

MERGE = """
    DELETE FROM notifications_notification AS older
     USING notifications_notification AS newer
     WHERE older.kind = 'rated' AND older.read_at IS NULL
       AND newer.kind = 'rated' AND newer.read_at IS NULL
       AND (newer.account_id, newer.ticket_id) = (older.account_id, older.ticket_id)
       AND newer.id > older.id
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_given_to")]

    operations = [
        migrations.RunSQL(MERGE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                fields=["account", "ticket"],
                condition=Q(kind="rated", read_at__isnull=True),
                name="unread_rating_is_one",
            ),
        ),
    ]
