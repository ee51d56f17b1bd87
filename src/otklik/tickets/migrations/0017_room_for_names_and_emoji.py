from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0016_kinds_of_history"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="last_author",
            field=models.CharField(blank=True, max_length=310),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="subject",
            field=models.CharField(max_length=1600),
        ),
    ]
