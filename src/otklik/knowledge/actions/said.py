"""What an article is to say, checked before it is kept."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from otklik.core.errors import Invalid
from otklik.core.offered import offered_languages
from otklik.core.richtext import CleanHtml, clean_html, is_blank
from otklik.core.text import clean_line, clean_text

LONGEST_TITLE: Final = 200
LONGEST_SUMMARY: Final = 300
LONGEST_BODY: Final = 200_000
LONGEST_REMARK: Final = 200
LONGEST_SLUG: Final = 80
_HEADING: Final = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
_LATIN: Final = (
    "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
    "х=h ц=ts ч=ch ш=sh щ=sht ъ=a ы=y ь= э=e ю=yu я=ya"
)
_CYRILLIC: Final = dict(one.split("=") for one in _LATIN.split())


@dataclass(frozen=True, kw_only=True)
class Said:
    """The text of an article: HTML, or Markdown where `is_markdown`."""

    title: str
    body: str
    summary: str = ""
    is_markdown: bool = False
    files: tuple[str, ...] = ()  # listed under the text, by token
    remark: str = ""  # for colleagues: what was changed
    made_of: int | None = None  # number of the original's version that was translated


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The same as it may be kept."""

    title: str
    summary: str
    body: CleanHtml
    source: str
    remark: str


def checked(said: Said) -> Checked:
    """Return a text as it may be kept. Raises Invalid, naming each part that cannot be taken."""
    title, summary = clean_line(said.title).strip(), clean_line(said.summary).strip()
    remark = clean_line(said.remark).strip()
    source = clean_text(said.body).strip() if said.is_markdown else ""
    wrong: dict[str, str] = {}
    for name, text, most in (
        ("title", title, LONGEST_TITLE),
        ("summary", summary, LONGEST_SUMMARY),
        ("remark", remark, LONGEST_REMARK),
        ("body", said.body, LONGEST_BODY),
    ):
        if len(text) > most:
            wrong[name] = _("At most %(limit)d characters fit here.") % {"limit": most}
    if not title:
        wrong["title"] = _("Please fill this in.")
    if wrong:
        raise Invalid(fields=wrong)
    body = from_markdown(source) if said.is_markdown else clean_html(said.body)
    if is_blank(body):
        raise Invalid(fields={"body": _("Please fill this in.")})
    return Checked(title=title, summary=summary, body=body, source=source, remark=remark)


def from_markdown(source: str) -> CleanHtml:
    """Return Markdown as clean HTML: CommonMark with tables and struck words, no HTML in it."""
    tokens = _markdown().parse(source)
    for token in tokens:
        token.tag = _HEADING.get(token.tag, token.tag)
    return clean_html(_markdown().renderer.render(tokens, _markdown().options, {}))


def _markdown() -> MarkdownIt:
    settings = {"html": False, "maxNesting": 20}
    return MarkdownIt("commonmark", settings).enable(["table", "strikethrough"])


def slug_of(title: str) -> str:
    """Return a title as words of an address: Latin letters, digits and dashes; never empty."""
    latin = "".join(_CYRILLIC.get(one, one) for one in title.lower())
    plain = unicodedata.normalize("NFKD", latin)
    slug = re.sub(r"-+", "-", slugify(plain))[:LONGEST_SLUG].strip("-")
    return slug or "article"


def ensure_language(language: str) -> None:
    """Refuse a language that the desk does not offer. Raises Invalid."""
    if language not in offered_languages():
        raise Invalid(fields={"language": _("The desk does not offer this language.")})
