from django.db import models
from django.db.models import Q
from typing_extensions import override

from otklik.core.models import Blob
from otklik.knowledge.models.article import Article
from otklik.people.models import Person


class ArticleFile(models.Model):
    """A picture in an article or a file under it, for who reads a version that has it."""

    token = models.CharField(max_length=35)  # kb- and 128 random bits, hex: its address
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="files"
    )  # null: uploaded for an article that is not saved yet; its uploader's alone
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    uploader = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["token"], name="article_file_token_is_unique"),
            models.CheckConstraint(
                name="article_file_token_is_random",
                condition=Q(token__regex=r"^kb-[0-9a-f]{32}$"),  # noqa: S106  # a pattern
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name
