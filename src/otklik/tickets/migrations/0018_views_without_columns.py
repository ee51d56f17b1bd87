from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0017_room_for_names_and_emoji"),
    ]

    operations = [
        migrations.RemoveField(model_name="savedview", name="columns"),
    ]
