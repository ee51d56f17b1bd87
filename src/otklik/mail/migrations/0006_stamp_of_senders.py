"""Whether any sender is set up is configuration too: pages ask for letters only where one is."""

from django.db import migrations

DOWN = "DROP TRIGGER configuration_is_stamped ON mail_sender"
# Not of updates: a sender's health is written with every letter.
UP = """
CREATE TRIGGER configuration_is_stamped
    AFTER INSERT OR DELETE OR TRUNCATE ON mail_sender
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_stamp_configuration();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0005_fewer_indexes"),
        ("tickets", "0025_letters"),
    ]

    operations = [migrations.RunSQL(UP, DOWN)]
