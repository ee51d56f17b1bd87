from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Regex
from typing_extensions import override

from otklik.core.accent import DEFAULT_HUE
from otklik.core.codes import LONGEST, SHAPE

MESSAGE_LIMIT = 5000  # graphemes, where the desk says nothing else
CODES = rf"^\{{{SHAPE}(,{SHAPE})*\}}$"  # as PostgreSQL writes an array; anything else it quotes


class Desk(models.Model):
    """The company that runs this desk: one row, made on the first page."""

    company = models.CharField(max_length=100)
    languages = ArrayField(
        models.CharField(max_length=LONGEST)
    )  # offered to people, the first is default; those whose catalogue is gone stay
    time_zone = models.CharField(max_length=64, default="UTC")
    hue = models.PositiveSmallIntegerField(default=DEFAULT_HUE)  # of the accent, degrees
    message_limit = models.PositiveIntegerField(default=MESSAGE_LIMIT)
    file_limit = models.PositiveBigIntegerField(default=50 * 1024 * 1024)  # bytes
    customer_file_limit = models.PositiveBigIntegerField(null=True)  # bytes; null: no smaller one
    is_demo = models.BooleanField(default=False)  # its passwords are public: it says so everywhere
    # Tells this desk's letters from those of any other one; a copy of the desk has it too.
    mark = models.UUIDField(default=uuid4, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_desk", condition=Q(id=1)),
            models.CheckConstraint(name="desk_hue_is_an_angle", condition=Q(hue__lt=360)),
            models.CheckConstraint(name="desk_speaks_something", condition=~Q(languages=[])),
            models.CheckConstraint(
                name="desk_languages_are_codes",
                condition=Regex(Cast("languages", models.TextField()), Value(CODES)),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.company
