"""Tidy the tickets after a thousand changes: an index alone answers only for tidied pages.

By default the server waits for a fifth of the table. The counts beside every page, of ten
thousand open tickets among a hundred thousand, then took sixteen times as long.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0021_stamp_of_demands"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE tickets_ticket SET (
                autovacuum_vacuum_scale_factor = 0,
                autovacuum_vacuum_threshold = 1000,
                autovacuum_vacuum_insert_scale_factor = 0,
                autovacuum_vacuum_insert_threshold = 1000
            )
            """,
            """
            ALTER TABLE tickets_ticket RESET (
                autovacuum_vacuum_scale_factor,
                autovacuum_vacuum_threshold,
                autovacuum_vacuum_insert_scale_factor,
                autovacuum_vacuum_insert_threshold
            )
            """,
        ),
    ]
