"""The first hand: foreign HTML rebuilt from our few tags, well nested and never deep.

It decides what a text keeps (a bold word, a list, a quotation), not what is safe; that is
nh3's part. Because its output is well nested, nh3's parser has nothing to repair, which
is where parsers take quadratic time.
"""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from django.conf import settings

from otklik.core.richtext.links import linked
from otklik.core.richtext.tokens import End, Start, Text, Token

DEEPEST: Final = 24

_SAME: Final = {
    "b": "strong",
    "i": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "del": "s",
    "strike": "s",
    "ins": "u",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "h1": "h3",
    "h2": "h3",
    "h5": "h4",
    "h6": "h4",
    "listing": "pre",
    "tfoot": "tbody",
}
INLINE: Final = frozenset({"strong", "em", "u", "s", "code", "a"})
PARAGRAPHS: Final = frozenset({"p", "h3", "h4", "pre"})
LISTS: Final = frozenset({"ul", "ol"})
CELLS: Final = frozenset({"td", "th"})
ROWS: Final = frozenset({"thead", "tbody", "tr"})
CONTAINERS: Final = frozenset({"blockquote", "li", "td", "th"})
BREAKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "html",
        "legend",
        "main",
        "nav",
        "option",
        "section",
        "summary",
    ]
)
LANGUAGES: Final = frozenset(
    [
        "bash",
        "c",
        "cpp",
        "csharp",
        "css",
        "diff",
        "go",
        "html",
        "ini",
        "java",
        "javascript",
        "json",
        "kotlin",
        "php",
        "python",
        "ruby",
        "rust",
        "sql",
        "text",
        "typescript",
        "xml",
        "yaml",
    ]
)
OWN_FILE: Final = re.compile(
    r"/files/([0-9A-Za-z_-]{16,64})/(?!\.)(?:[\w%~-][\w.%~-]{0,250}/?)?", re.ASCII
)
REMOTE: Final = re.compile(r"https?://[^\s<>\"'`\\{}]{1,2000}", re.IGNORECASE)
"""The address of a picture that stands elsewhere: kept, and fetched by nothing that shows it."""
UPLOAD: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)[^\s]|/(?![/\\])", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")
_LIGHT: Final = re.compile(r"font-weight\s*:\s*(?:normal|400)", re.IGNORECASE)


def outline(given: Iterable[Token]) -> str:
    """Return HTML that was taken apart rebuilt from our tags."""
    return _Outline().read(given)


class _Outline:
    """Where the rebuilding stands: what is written, what is open, what to open again."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []
        self.resumed: list[tuple[str, str]] = []  # inline tags that a block's end interrupted
        self.active: list[tuple[str, str]] = []  # inline tags open now, always the innermost
        self.has_line = False  # something stands on the line that a break would end

    def read(self, given: Iterable[Token]) -> str:
        for token in given:
            match token:
                case Text(text):
                    self.text(text)
                case Start(name, attributes):
                    self.start(_SAME.get(name, name), name, attributes)
                case End(name):
                    self.end(_SAME.get(name, name))
        self.close_to(0)
        return "".join(self.out)

    def text(self, text: str) -> None:
        if not text or (not text.strip() and not self.in_paragraph):
            return
        self.make_room()
        if self.open[-1:] == ["pre"] and self.out[-1] == "<pre>":
            text = text.lstrip("\r\n")
        self.out.append(escape(text) if self.is_verbatim else linked(text))
        self.has_line = self.has_line or bool(text.strip())

    def start(self, name: str, given: str, attributes: Mapping[str, str]) -> None:
        if name in INLINE:
            self.start_inline(name, given, attributes)
        elif name == "br":
            self.make_room()
            self.out.append("<br>")
            self.has_line = False
        elif name == "img":
            self.picture(attributes)
        elif name in PARAGRAPHS or name in LISTS or name in {"blockquote", "hr", "table"}:
            self.start_block(name, attributes)
        elif name == "li":
            self.start_item()
        elif name in CELLS or name in ROWS:
            self.start_in_table(name, attributes)
        elif name in BREAKS:
            self.end_paragraph()

    def end(self, name: str) -> None:
        if name in INLINE:
            self.end_inline(name)
        elif name in BREAKS:
            self.end_paragraph()
        elif name in self.open[self.floor(name) :]:
            self.close_to(len(self.open) - 1 - self.open[::-1].index(name))
            if name not in PARAGRAPHS:
                self.resumed.clear()

    # Inline

    def start_inline(self, name: str, given: str, attributes: Mapping[str, str]) -> None:
        if given == "b" and _LIGHT.search(attributes.get("style", "")):
            return  # the wrapper that some editors put around everything copied
        tag = _inline_tag(name, attributes)
        if name == "a":
            self.end_inline("a")
        if tag is None or any(one == name for one, _tag in self.active + self.resumed):
            return
        self.resumed.append((name, tag))
        if self.in_paragraph:
            self.resume()

    def end_inline(self, name: str) -> None:
        self.resumed = [one for one in self.resumed if one[0] != name]
        while any(one == name for one, _tag in self.active):
            last, tag = self.active.pop()
            self.write_end()
            if last == name:
                break
            self.resumed.insert(0, (last, tag))

    def resume(self) -> None:
        for name, tag in self.resumed:
            self.out.append(tag)
            self.open.append(name)
            self.active.append((name, tag))
        self.resumed.clear()

    def picture(self, attributes: Mapping[str, str]) -> None:
        tag = _picture_tag(attributes)
        if tag is None:
            self.text(attributes.get("alt", ""))
            return
        self.make_room()
        self.out.append(tag)
        self.has_line = True

    # Blocks

    def start_block(self, name: str, attributes: Mapping[str, str]) -> None:
        self.close_to(self.floor("p"))
        self.make_place()
        if name == "hr":
            self.out.append("<hr>")
        elif len(self.open) < DEEPEST:
            start = attributes.get("start", "") if name == "ol" else ""
            self.write(name, f' start="{start}"' if _NUMBER.fullmatch(start) else "")

    def start_item(self) -> None:
        lists = [place for place, name in enumerate(self.open) if name in LISTS]
        floor = self.floor("li")
        if lists and lists[-1] >= floor:
            self.close_to(lists[-1] + 1)
        else:
            self.start_block("ul", {})
        if self.open[-1:] and self.open[-1] in LISTS:
            self.write("li")

    def start_in_table(self, name: str, attributes: Mapping[str, str]) -> None:
        if "table" not in self.open:
            self.end_paragraph()
            return
        table = len(self.open) - 1 - self.open[::-1].index("table")
        parents = {"tr": ("thead", "tbody"), "td": ("tr",), "th": ("tr",)}.get(name, ())
        inside = [place for place in range(table, len(self.open)) if self.open[place] in parents]
        self.close_to((inside[-1] if inside else table) + 1)
        if name in CELLS | {"tr"}:
            self.make_row(to=name)
        self.write(name, _spans(attributes) if name in CELLS else "")

    def end_paragraph(self) -> None:
        """End the paragraph that stands open; in a list item or a cell, end its line."""
        floor = self.floor("p")
        is_bare = len(self.open) == floor or self.open[floor] in INLINE
        self.close_to(floor)
        if is_bare and floor and self.has_line:
            self.out.append("<br>")
        self.has_line = False

    def make_room(self) -> None:
        """Make sure that characters may stand here."""
        self.make_place()
        if self.open[-1:] in ([], ["blockquote"]):
            self.write("p")
        self.resume()

    def make_place(self) -> None:
        """Make sure that a block may stand here: not between items or cells."""
        if self.open and self.open[-1] in LISTS:
            self.write("li")
        if self.open and self.open[-1] in ROWS | {"table"}:
            self.make_row(to="td")
            self.write("td")

    def make_row(self, *, to: str) -> None:
        """Open what must stand between a table and its rows or cells."""
        if self.open[-1] == "table":
            self.write("tbody")
        if to in CELLS and self.open[-1] != "tr":
            self.write("tr")

    def floor(self, name: str) -> int:
        """Return from where on open elements may be closed for `name`."""
        walls = CELLS if name in LISTS or name in {"li", "blockquote"} else CONTAINERS | LISTS
        if name in CELLS or name in ROWS or name == "table":
            walls = frozenset({"table"}) - {name}
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] in walls or (self.open[place] == "table" and name != "table"):
                return place + 1
        return 0

    @property
    def in_paragraph(self) -> bool:
        return bool(self.open) and (
            self.open[-1] in PARAGRAPHS | INLINE | CONTAINERS - {"blockquote"}
        )

    @property
    def is_verbatim(self) -> bool:
        return not {"a", "code", "pre"}.isdisjoint(self.open)

    def write(self, name: str, attributes: str = "") -> None:
        self.out.append(f"<{name}{attributes}>")
        self.open.append(name)
        self.has_line = False

    def write_end(self) -> None:
        name = self.open.pop()
        self.has_line = self.has_line and name in INLINE
        if self.out[-1] == f"<{name}>" and name in PARAGRAPHS | INLINE:
            self.out.pop()
        else:
            self.out.append(f"</{name}>")

    def close_to(self, floor: int) -> None:
        while len(self.open) > floor:
            if self.open[-1] in INLINE and self.active:
                self.resumed.insert(0, self.active.pop())
            self.write_end()


def _inline_tag(name: str, attributes: Mapping[str, str]) -> str | None:
    if name == "a":
        href = attributes.get("href", "").strip()
        return f'<a href="{escape(href)}">' if LINK.match(href) else None
    if name == "code":
        named = attributes.get("class", "").removeprefix("language-")
        return f'<code class="language-{named}">' if named in LANGUAGES else "<code>"
    return f"<{name}>"


def _picture_tag(attributes: Mapping[str, str]) -> str | None:
    source = attributes.get("src", "").strip()
    if source[:1] not in {"", "/"}:
        source = source.removeprefix(settings.OTKLIK_BASE_URL.rstrip("/"))
    upload = attributes.get("data-upload", "")
    if OWN_FILE.fullmatch(source):
        where = f'src="{source}"'
    elif UPLOAD.fullmatch(upload):
        where = f'data-upload="{upload}"'
    elif REMOTE.fullmatch(remote := attributes.get("data-remote", "")):
        where = f'data-remote="{escape(remote)}"'
    else:
        return None
    sizes = "".join(
        f' {side}="{value}"'
        for side in ("width", "height")
        if _NUMBER.fullmatch(value := attributes.get(side, ""))
    )
    return f'<img {where} alt="{escape(attributes.get("alt", ""))}"{sizes}>'


def _spans(attributes: Mapping[str, str]) -> str:
    return "".join(
        f' {side}="{value}"'
        for side in ("colspan", "rowspan")
        if re.fullmatch("[1-9][0-9]?", value := attributes.get(side, ""))
    )
