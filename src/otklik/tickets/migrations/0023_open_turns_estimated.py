"""Tell the planner that whose turn it is says much of the phase: a closed ticket is nobody's.

It takes columns for independent, so it believed that few of a million old tickets were open and
ours, and sorted them all instead of reading the first in their order.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0022_tickets_tidied_often"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS ticket_turns (mcv) ON turn, phase FROM tickets_ticket;"
            "ANALYZE tickets_ticket (turn, phase)",
            "DROP STATISTICS ticket_turns",
        ),
    ]
