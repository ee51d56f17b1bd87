from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_unread_ratings_merge")]

    operations = [
        migrations.AddField(
            model_name="notification", name="popped_at", field=models.DateTimeField(null=True)
        ),
    ]
