import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="blob",
            name="is_our_copy",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="blob",
            name="picture",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.blob",
            ),
        ),
    ]
