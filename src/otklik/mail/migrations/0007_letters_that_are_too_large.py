from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0006_stamp_of_senders")]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="too_large",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
