"""What the learning filter knows: the sum of its lessons, trait by trait."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from typing_extensions import override

from otklik.mail.models.letter import Letter
from otklik.people.models import Person
from otklik.tickets.models import Status


class SpamMemory(models.Model):
    """How much was learned. There is one row; who learns holds it."""

    spam = models.PositiveIntegerField(default=0)  # letters
    ham = models.PositiveIntegerField(default=0)
    turn = models.PositiveBigIntegerField(default=0)  # of the last lesson ever

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_spam_memory", condition=Q(pk=1)),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.spam} of spam, {self.ham} of ham"


class SpamTrait(models.Model):
    """In how many learned letters of each kind a trait was."""

    key = models.BigIntegerField(primary_key=True)  # selectors.spam.keys_of
    spam = models.PositiveIntegerField()
    ham = models.PositiveIntegerField()
    since = models.PositiveBigIntegerField()  # lessons before this turn are not in the counts
    seen = models.PositiveBigIntegerField()  # the turn of the last lesson that had it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="spam_trait_was_in_a_letter", condition=Q(spam__gt=0) | Q(ham__gt=0)
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.key}: {self.spam}, {self.ham}"


class SpamLesson(models.Model):
    """What one letter taught, as one kind; no other lesson was made of it."""

    letter = models.OneToOneField(
        Letter, models.CASCADE, primary_key=True, related_name="spam_lesson"
    )
    is_spam = models.BooleanField()
    traits = ArrayField(models.BigIntegerField())  # what was counted; none where a twin was
    twins = models.BigIntegerField()  # the same for letters of the same traits
    turn = models.PositiveBigIntegerField()
    taught_at = models.DateTimeField()
    taught_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # null: the desk learned it from an answer of a colleague
    # where the ticket stood that this lesson closed
    status_before = models.ForeignKey(
        Status, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn"], name="spam_lesson_has_its_own_turn"),
        ]
        indexes = [
            models.Index(fields=["twins"], name="spam_lessons_of_twins"),
        ]

    @override
    def __str__(self) -> str:
        return f"lesson {self.turn}"
