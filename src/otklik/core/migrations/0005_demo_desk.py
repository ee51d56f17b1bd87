from django.db import migrations, models


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
    ]
