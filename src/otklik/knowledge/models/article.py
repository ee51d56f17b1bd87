from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST, SHAPE
from otklik.knowledge.models.section import Section
from otklik.people.models import Actor, Department, Person


class ArticleQuerySet(models.QuerySet["Article"]):
    def meant_for(self, reader: Actor | None) -> "ArticleQuerySet":
        """Keep what a reader, or a visitor, may read once it is published."""
        audience = Article.Audience
        for_reader = Q(audience=audience.PUBLIC)
        if reader is not None:
            for_reader |= Q(audience=audience.SIGNED_IN)
            if reader.is_administrator:
                for_reader |= Q(audience=audience.DEPARTMENT)
            elif reader.roles:
                for_reader |= Q(audience=audience.DEPARTMENT, department__in=[*reader.roles])
        return self.filter(for_reader, archived_at__isnull=True)

    def written_by(self, actor: Actor) -> "ArticleQuerySet":
        """Keep what a colleague may write at, drafts and archived ones too."""
        if not actor.is_staff:
            return self.none()
        if actor.is_administrator:
            return self
        theirs = Q(department__isnull=True) | Q(department__in=[*actor.roles])
        return self.filter(theirs)


class Article(models.Model):
    """A piece of knowledge, told in one or more languages: an article, or a question answered."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        QUESTION = "question", _("Question and answer")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        SIGNED_IN = "signed_in", _("Signed-in people")
        DEPARTMENT = "department", _("Colleagues of a department")

    section = models.ForeignKey(Section, models.PROTECT, related_name="articles")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ARTICLE)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=LONGEST)  # the original's; others are made of it
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )  # where its address leads to, once it is archived
    archived_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # of what is set here, not of the text

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="article_kind_is_known", condition=Q(kind__in=["article", "question"])
            ),
            models.CheckConstraint(
                name="article_audience_is_known",
                condition=Q(audience__in=["public", "signed_in", "department"]),
            ),
            models.CheckConstraint(
                name="article_of_a_department_iff_for_one",
                condition=Q(audience="department", department__isnull=False)
                | Q(~Q(audience="department"), department__isnull=True),
            ),
            models.CheckConstraint(
                name="article_language_is_a_code", condition=Q(language__regex=f"^{SHAPE}$")
            ),
            models.CheckConstraint(
                name="article_is_replaced_by_another_once_archived",
                condition=Q(replaced_by__isnull=True)
                | (Q(archived_at__isnull=False) & ~Q(replaced_by=F("id"))),
            ),
        ]
        indexes = [GinIndex(fields=["tags"], name="article_tags")]

    @override
    def __str__(self) -> str:
        return f"article {self.pk}"


class Related(models.Model):
    """An article that is worth reading beside another; the editors chose it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="related")
    other = models.ForeignKey(Article, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="related_article_is_once"),
            models.CheckConstraint(
                name="article_is_not_related_to_itself", condition=~Q(article=F("other"))
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.article_id} beside {self.other_id}"
