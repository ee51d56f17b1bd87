from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0001_initial"),
        ("people", "0004_undo_seconds"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="mailbox",
            name="last_error",
        ),
        migrations.AddField(
            model_name="mailbox",
            name="alarmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="client_id",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="client_secret",
            field=models.BinaryField(blank=True, default=bytes),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="first_uid",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="gaps_found",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="gaps_refilled",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="scope",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="taken",
            field=models.CharField(
                choices=[
                    ("left", "Leave it as it is"),
                    ("seen", "Mark it as read"),
                    ("moved", "Move it to another folder"),
                    ("deleted", "Delete it"),
                ],
                default="left",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="taken_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="target",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="token_url",
            field=models.URLField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="trouble",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="trouble_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="waiting",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="way",
            field=models.CharField(
                choices=[("password", "Name and password"), ("oauth2", "OAuth2")],
                default="password",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["password", "oauth2"])), name="mailbox_way_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken__in", ["left", "seen", "deleted"]),
                    models.Q(("taken", "moved"), models.Q(("target", ""), _negated=True)),
                    _connector="OR",
                ),
                name="mailbox_knows_what_becomes_of_letters",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("trouble", {}), ("trouble_since__isnull", False), _connector="XOR"
                ),
                name="mailbox_has_its_trouble_since_a_moment",
            ),
        ),
    ]
