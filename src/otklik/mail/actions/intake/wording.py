"""What a letter says, as a ticket keeps it: subject, words, what was quoted, and files."""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core.files.receive import file_limit, keep_content
from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters import content_of
from otklik.core.richtext import CleanHtml, clean_html, from_text, is_blank
from otklik.core.text import clean_line, cut
from otklik.people.models import Actor
from otklik.tickets.actions import Words, keep_upload
from otklik.tickets.models.ticket import LONGEST_SUBJECT, SUBJECT_LIMIT

MOST_TEXT: Final = 200_000
"""Characters of a text that a ticket shows; the whole is in the raw letter."""
_PICTURE = re.compile(r'data-upload="attachment-(\d{1,4})"')
_ALL_PICTURES: Final = re.compile(r'<img data-upload="attachment-\d{1,4}"[^>]*>')


def subject_of(read: ReadLetter, language: str) -> str:
    """Return a letter's subject as a ticket takes it, or words for none."""
    subject = cut(clean_line(read.subject).strip(), SUBJECT_LIMIT)
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[:SUBJECT_LIMIT]
    with translation.override(language):
        return subject or _("(no subject)")


def words_of(
    actor: Actor,
    read: ReadLetter,
    raw: Callable[[], bytes],
    language: str,
    *,
    without: Container[int] = frozenset(),
) -> Words:
    """Keep a letter's files for its writer, and return what is to be said with them.

    Nothing is left out but what no ticket here takes, which stays in the raw letter, and the
    files whose places are `without`.
    """
    tokens = _kept_files(actor, read, raw, without)
    body, quoted = (_with_pictures(one, tokens) for one in _halves(read))
    if is_blank(body) and "<img" not in body and not tokens:
        with translation.override(language):
            body = from_text(_("(The letter has no text.)"))
    shown = {token for token in tokens.values() if token in body or token in quoted}
    uploads = tuple(token for token in tokens.values() if token not in shown)
    return Words(body=body, quoted=quoted, uploads=(*uploads, *sorted(shown)), is_letter=True)


def _halves(read: ReadLetter) -> tuple[CleanHtml, CleanHtml]:
    """Return what is new, and what is shown folded."""
    none = from_text("")
    if read.html is None:
        return _from(read.text_new), _from(read.text_rest) if read.text_rest else none
    if read.html_new is not None and read.html_rest is not None:
        return read.html_new, read.html_rest
    if read.text_rest:
        return _from(read.text_new), read.html
    return read.html, none


def _from(text: str) -> CleanHtml:
    return from_text(text[:MOST_TEXT])


def _kept_files(
    actor: Actor, read: ReadLetter, raw: Callable[[], bytes], without: Container[int]
) -> Mapping[int, str]:
    """Keep the files that the desk takes; return their tokens by their places in the letter."""
    if not read.attachments:
        return {}
    most, content = file_limit(), raw()
    fit = [
        (place, one)
        for place, one in enumerate(read.attachments)
        if one.size <= most and place not in without
    ]
    kept: dict[int, str] = {}
    for place, one in sorted(fit, key=lambda pair: pair[1].sha256):  # in one order everywhere
        blob = keep_content(content_of(content, one))
        file = keep_upload(actor=actor, blob=blob, name=one.filename, is_of_letter=True)
        kept[place] = file.token
    return dict(sorted(kept.items()))


def _with_pictures(html: CleanHtml, tokens: Mapping[int, str]) -> CleanHtml:
    """Put the letter's own pictures where it shows them."""
    if "data-upload" not in html:
        return html

    def source(found: re.Match[str]) -> str:
        token = tokens.get(int(found[1]))
        return f'src="/files/{token}/"' if token else 'src=""'

    return clean_html(_PICTURE.sub(source, str(html)))


def left_out(read: ReadLetter, words: Words) -> Sequence[str]:
    """Name the files that were too large for this desk."""
    most = file_limit() if read.attachments else 0
    return [one.filename for one in read.attachments if one.size > most]
