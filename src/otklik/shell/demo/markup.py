"""From the plain notation of the demo's letters to the clean HTML that a composer makes."""

import re
from html import escape

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https://[^)\s]+)\)")
_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")


def to_html(text: str) -> str:
    """Turn paragraphs, `-` and `1.` lists, `>` quotes, links, bold and code into HTML.

    Slots in braces stay as they are; their values must need no escaping.
    """
    return "".join(_block(block) for block in text.strip().split("\n\n"))


def _block(block: str) -> str:
    lines = block.split("\n")
    if lines[0].startswith("```"):
        code = "\n".join(lines[1:-1])
        return f"<pre><code>{escape(code, quote=False)}</code></pre>"
    if all(line.startswith("- ") for line in lines):
        return _list("ul", [line[2:] for line in lines])
    if all(re.match(r"\d+\. ", line) for line in lines):
        return _list("ol", [line.split(". ", 1)[1] for line in lines])
    if all(line.startswith("> ") for line in lines):
        return f"<blockquote>{_paragraph([line[2:] for line in lines])}</blockquote>"
    return _paragraph(lines)


def _list(tag: str, items: list[str]) -> str:
    inside = "".join(f"<li>{_inline(item)}</li>" for item in items)
    return f"<{tag}>{inside}</{tag}>"


def _paragraph(lines: list[str]) -> str:
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _inline(line: str) -> str:
    safe = escape(line, quote=False)
    linked = _LINK.sub(r'<a href="\2">\1</a>', safe)
    return _STRONG.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", linked))
