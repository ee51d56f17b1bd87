"""What Django's constraints cannot say: history is only added to, a phase belongs to its status."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION tickets_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER history_is_only_added_to
    BEFORE UPDATE OR DELETE ON tickets_historyentry
    FOR EACH ROW EXECUTE FUNCTION tickets_refuse_change();

CREATE TRIGGER messages_are_never_changed
    BEFORE UPDATE OR DELETE ON tickets_message
    FOR EACH ROW EXECUTE FUNCTION tickets_refuse_change();

CREATE TRIGGER note_revisions_are_only_added_to
    BEFORE UPDATE OR DELETE ON tickets_noterevision
    FOR EACH ROW EXECUTE FUNCTION tickets_refuse_change();

ALTER TABLE tickets_ticket
    ADD CONSTRAINT ticket_phase_is_of_its_status
    FOREIGN KEY (status_id, phase) REFERENCES tickets_status (id, phase)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""

UNDO = """
ALTER TABLE tickets_ticket DROP CONSTRAINT ticket_phase_is_of_its_status;
DROP TRIGGER history_is_only_added_to ON tickets_historyentry;
DROP TRIGGER messages_are_never_changed ON tickets_message;
DROP TRIGGER note_revisions_are_only_added_to ON tickets_noterevision;
DROP FUNCTION tickets_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, UNDO)]
