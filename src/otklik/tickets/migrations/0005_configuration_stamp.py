"""A stamp that changes with the configuration, whoever changes it and how."""

from django.db import migrations, models

TABLES = (
    "core_desk",
    "people_department",
    "tickets_flow",
    "tickets_status",
    "tickets_tickettype",
    "tickets_field",
    "tickets_choice",
    "tickets_formfield",
    "tickets_category",
    "tickets_priority",
)

STAMP = """
CREATE FUNCTION tickets_stamp_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_configurationstamp (id, value) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
    RETURN NULL;
END $$;
INSERT INTO tickets_configurationstamp (id, value) VALUES (1, gen_random_uuid());
"""
WATCH = """
CREATE TRIGGER configuration_is_stamped
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_stamp_configuration();
"""

UNDO = (
    "".join(f"DROP TRIGGER configuration_is_stamped ON {table};\n" for table in TABLES)
    + "DROP FUNCTION tickets_stamp_configuration();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_pictures_to_look_at"),
        ("tickets", "0004_tickets_of_nobody"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConfigurationStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(STAMP + "".join(WATCH.format(table=table) for table in TABLES), UNDO),
    ]
