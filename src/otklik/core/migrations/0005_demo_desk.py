from django.db import migrations, models

# A demo desk that was made before desks knew it of themselves has these people.
OLD_DEMO_DESKS = """
DO $$ BEGIN
    IF to_regclass('people_emailaddress') IS NOT NULL THEN
        UPDATE core_desk SET is_demo = true
         WHERE (SELECT count(*) FROM people_emailaddress
                 WHERE address IN ('root@meridian.example', 'ada@meridian.example',
                                   'vi@meridian.example', 'cy@harrow-whitfield.example')) = 4;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_file_limit_of_customers"),
    ]

    operations = [
        migrations.AddField(
            model_name="desk",
            name="is_demo",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(OLD_DEMO_DESKS, migrations.RunSQL.noop),
    ]
