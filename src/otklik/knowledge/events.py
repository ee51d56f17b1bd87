"""What happened to articles."""

from dataclasses import dataclass

from otklik.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(Event):
    """Readers find this version from now on."""

    article_id: int
    language: str
    number: int
    by_id: int | None  # None: at the time that was set


@dataclass(frozen=True, kw_only=True)
class ArticleTakenBack(Event):
    """Readers find the article in this language no more."""

    article_id: int
    language: str
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewAsked(Event):
    """A version waits for a second person."""

    article_id: int
    language: str
    review_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewGiven(Event):
    """A second person approved a version or sent it back."""

    article_id: int
    language: str
    review_id: int
    is_approved: bool
    by_id: int
