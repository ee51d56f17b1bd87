"""The steps of a flow are configuration too: their change changes the stamp."""

from django.db import migrations

DOWN = "DROP TRIGGER configuration_is_stamped ON tickets_transition"
UP = """
CREATE TRIGGER configuration_is_stamped
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tickets_transition
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_stamp_configuration();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0023_open_turns_estimated")]

    operations = [migrations.RunSQL(UP, DOWN)]
