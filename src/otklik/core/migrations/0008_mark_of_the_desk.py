import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0007_languages_by_files")]

    operations = [
        migrations.AddField(
            model_name="desk",
            name="mark",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
    ]
