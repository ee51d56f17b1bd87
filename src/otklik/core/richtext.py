import re, html
from markupsafe import Markup


class CleanHtml(str):
    @classmethod
    def kept(cls, s):
        return cls(s)

    def __html__(self):
        return Markup(str(self))


def clean_html(s, **k):
    import nh3

    return CleanHtml(nh3.clean(s))


def to_text(s):
    return html.unescape(re.sub(r"<[^>]+>", " ", s)).strip()


def from_text(s):
    return CleanHtml("<p>" + html.escape(s) + "</p>")
