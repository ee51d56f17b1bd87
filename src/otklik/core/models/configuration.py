from django.db import models
from typing_extensions import override


class ConfigurationStamp(models.Model):
    """Changes with each transaction that touches how the desk works: one row.

    Triggers on the tables of the configuration write it, whichever app owns them, so a process
    that kept any of it knows by one cheap read whether it still holds. Random and never counted,
    so that a change that was undone by its transaction cannot pass for another.
    """

    value = models.UUIDField()

    class Meta:
        db_table = "tickets_configurationstamp"  # by which the triggers know it

    @override
    def __str__(self) -> str:
        return str(self.value)
