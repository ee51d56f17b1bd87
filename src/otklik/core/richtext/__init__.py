"""Rich text of strangers, made safe once when it comes in.

A text goes through two independent hands. `outline` rebuilds it from our few tags, well
nested and shallow, in linear time. `nh3` then parses the result as a browser would and
lets through only what is listed. Nothing touches the text after nh3.
"""

from otklik.core.richtext.cleaning import (
    MOST_HTML,
    CleanHtml,
    clean_html,
    clean_tokens,
    from_text,
    own_files,
    stored,
    without_files,
)
from otklik.core.richtext.plain import is_blank, to_mail_text, to_text
from otklik.core.richtext.remote import remote_pictures, with_copies, without_remote

__all__ = [
    "MOST_HTML",
    "CleanHtml",
    "clean_html",
    "clean_tokens",
    "from_text",
    "is_blank",
    "own_files",
    "remote_pictures",
    "stored",
    "to_mail_text",
    "to_text",
    "with_copies",
    "without_files",
    "without_remote",
]
