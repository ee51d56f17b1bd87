import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0011_learning_spam"),
    ]

    operations = [
        migrations.AlterField(
            model_name="place",
            name="letter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="places",
                to="mail.letter",
            ),
        ),
        # what lay in these has been taken
        migrations.RunSQL(
            "UPDATE mail_mailbox SET uidvalidity = 0"
            " WHERE kind = 'pop3' AND last_contact_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
