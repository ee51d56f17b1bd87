from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST, SHAPE
from otklik.knowledge.models.article import Article
from otklik.people.models import Person


class Translation(models.Model):
    """An article in one language: which of its versions is the latest, and which people read."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=LONGEST)
    slug = models.CharField(max_length=80)  # the words of its address; its number finds it
    latest = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")
    published = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)  # this version
    first_published_at = models.DateTimeField(null=True, blank=True)
    scheduled = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+"
    )
    publish_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language"], name="translation_is_one_in_a_language"
            ),
            models.CheckConstraint(
                name="translation_language_is_a_code", condition=Q(language__regex=f"^{SHAPE}$")
            ),
            models.CheckConstraint(
                name="translation_published_iff_stamped",
                condition=Q(published__isnull=True, published_at__isnull=True)
                | Q(published__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="translation_scheduled_iff_timed",
                condition=Q(scheduled__isnull=True, publish_at__isnull=True)
                | Q(scheduled__isnull=False, publish_at__isnull=False),
            ),
        ]
        indexes = [
            # what is due to be published
            models.Index(
                fields=["publish_at"],
                condition=Q(publish_at__isnull=False),
                name="translations_to_publish",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"article {self.article_id} in {self.language}"


class Version(models.Model):
    """What a translation said when somebody saved it. It never changes."""

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()  # clean HTML
    source = models.TextField(blank=True)  # Markdown, where it was typed so
    files = ArrayField(models.CharField(max_length=35), default=list)  # listed under the text
    remark = models.CharField(max_length=200, blank=True)  # what was changed, for colleagues
    made_of = models.PositiveIntegerField(null=True, blank=True)  # number of the original's version
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation", "number"], name="version_number_is_once"
            ),
            models.CheckConstraint(name="version_has_a_title", condition=~Q(title="")),
        ]

    @override
    def __str__(self) -> str:
        return f"version {self.number} of {self.translation_id}"


class Review(models.Model):
    """A version that a second person was asked to look at, and what they said."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a review")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="reviews")
    version = models.ForeignKey(Version, models.CASCADE, related_name="reviews")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    judge = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # why it was sent back

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation"],
                condition=Q(state="waiting"),
                name="one_review_of_a_translation_waits",
            ),
            models.CheckConstraint(
                name="review_state_is_known",
                condition=Q(state__in=["waiting", "approved", "returned", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="review_waits_iff_not_judged",
                condition=Q(state="waiting", judge__isnull=True, judged_at__isnull=True)
                | Q(~Q(state="waiting"), judge__isnull=False, judged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_is_approved_by_a_second_person",
                condition=~Q(state="approved") | ~Q(judge=F("asked_by")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"review {self.pk}: {self.state}"


class TranslationText(models.Model):
    """The words of what is published, as search sees them."""

    translation = models.OneToOneField(
        Translation, models.CASCADE, primary_key=True, related_name="text"
    )
    title = models.CharField(max_length=200)  # in lower case, for words that are misspelt
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_in_articles"),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="titles_alike"),
        ]

    @override
    def __str__(self) -> str:
        return f"words of {self.translation_id}"
