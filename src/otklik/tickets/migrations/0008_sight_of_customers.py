from django.db import migrations, models
from django.utils import timezone

KNOWN = """
    UPDATE tickets_ticket AS ticket SET
        public_version = version,
        public_at = updated_at,
        has_public_files = has_files AND EXISTS (
            SELECT FROM tickets_attachment AS file
             WHERE file.ticket_id = ticket.id AND file.note_id IS NULL
               AND NOT EXISTS (
                   SELECT FROM tickets_formfield AS asked
                     JOIN tickets_field AS field ON field.id = asked.field_id
                    WHERE asked.type_id = ticket.type_id AND asked.customer = 'staff'
                      AND field.key = file.field
               )
        )
"""


class Migration(migrations.Migration):
    """What customers are shown of a ticket's changes stands apart from what colleagues are."""

    dependencies = [("tickets", "0007_typical_problems")]

    operations = [
        migrations.AddField("ticket", "public_version", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "ticket",
            "public_at",
            models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddField("ticket", "has_public_files", models.BooleanField(default=False)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
