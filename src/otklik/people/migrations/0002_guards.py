"""What no check constraint can say: departments are a tree."""

from django.db import migrations

GUARD = """
CREATE FUNCTION department_is_not_below_itself() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above bigint := NULLIF(NEW.parent_id, NEW.id);  -- that much a constraint says
    steps int := 0;
BEGIN
    WHILE above IS NOT NULL LOOP
        IF above = NEW.id OR steps > 100 THEN
            RAISE EXCEPTION 'department_is_not_below_itself' USING ERRCODE = 'check_violation';
        END IF;
        SELECT parent_id INTO above FROM people_department WHERE id = above;
        steps := steps + 1;
    END LOOP;
    RETURN NEW;
END
$$;
CREATE TRIGGER department_is_not_below_itself
    BEFORE INSERT OR UPDATE OF parent_id ON people_department
    FOR EACH ROW EXECUTE FUNCTION department_is_not_below_itself();
"""
UNGUARD = """
DROP TRIGGER department_is_not_below_itself ON people_department;
DROP FUNCTION department_is_not_below_itself();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
