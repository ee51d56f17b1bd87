"""What a status demands is configuration too: its change changes the stamp."""

from django.db import migrations

DOWN = "DROP TRIGGER configuration_is_stamped ON tickets_status_required_fields"
UP = """
CREATE TRIGGER configuration_is_stamped
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tickets_status_required_fields
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_stamp_configuration();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0020_open_tickets_counted")]

    operations = [migrations.RunSQL(UP, DOWN)]
