"""What mail programs say by classes, names and styles: quoted, signature, heading."""

from collections.abc import Mapping, Sequence
from typing import Final

_QUOTING_CLASSES: Final = frozenset(
    [
        *("yahoo_quoted", "zmail_extra", "protonmail_quote", "tutanota_quote", "mailru-quote"),
        *("mail-quote-collapse", "moz-email-quote", "hs_reply_quote", "front-blockquote"),
    ]
)
_QUOTING_IDS: Final = frozenset({"olk_src_body_section", "isforwardcontent", "yahoo_quoted"})
_HEADING_CLASSES: Final = frozenset({"gmail_attr", "moz-cite-prefix", "yahoo_quoted_prefix"})
_SIGNATURE_CLASSES: Final = frozenset(
    [
        *("gmail_signature", "moz-signature", "protonmail_signature_block", "elementtoproof_sig"),
        *("zmail_signature", "yahoo_signature", "mailru-signature", "zm-signature"),
    ]
)
_SIGNATURE_IDS: Final = frozenset(
    ["signature", "applemailsignature", "ms-outlook-mobile-signature", "divtagdefaultsignature"]
)
_HISTORY_IDS: Final = frozenset({"divrplyfwdmsg", "zwchr", "stopspelling", "mail-editor-reference"})


def is_quoting(name: str, attributes: Mapping[str, str], style: Mapping[str, str]) -> bool:
    """Tell whether what stands in the element is history."""
    if name == "blockquote":
        border = style.get("border", "") + style.get("border-left", "")
        is_indent = style.get("border", "").startswith("none") and "padding" in " ".join(style)
        return bool(border.replace("none", "").strip()) or not is_indent or _cites(attributes)
    return not _QUOTING_CLASSES.isdisjoint(_classes(attributes)) or (
        attributes.get("id", "").casefold() in _QUOTING_IDS
        or attributes.get("name", "").casefold() == "quote"
        or attributes.get("data-marker", "") == "__QUOTED_TEXT__"
    )


def holds_history(name: str, attributes: Mapping[str, str]) -> bool:
    """Tell whether the element is what Gmail puts around a heading and the quote below it."""
    return name != "blockquote" and "gmail_quote" in _classes(attributes)


def is_own_quotation(name: str, attributes: Mapping[str, str]) -> bool:
    """Tell a passage that somebody set off in Gmail, where it stands outside of history."""
    return name == "blockquote" and "gmail_quote" in _classes(attributes)


def is_heading(attributes: Mapping[str, str]) -> bool:
    """Tell whether the element is the heading that a program puts above what it quotes."""
    return not _HEADING_CLASSES.isdisjoint(_classes(attributes))


def is_signature(attributes: Mapping[str, str]) -> bool:
    names = _classes(attributes)
    return not _SIGNATURE_CLASSES.isdisjoint(names) or (
        attributes.get("id", "").casefold() in _SIGNATURE_IDS
        or "data-signature-widget" in attributes
        or attributes.get("data-smartmail") == "gmail_signature"
    )


def begins_history(name: str, attributes: Mapping[str, str], style: Mapping[str, str]) -> bool:
    """Tell whether headers of an older letter are about to come, with a line drawn above them."""
    if attributes.get("id", "").casefold() in _HISTORY_IDS:
        return True
    is_marked = attributes.get("data-marker") in {"__DIVIDER__", "__HEADERS__"}
    border = style.get("border-top", "")
    return is_marked or (name == "div" and "solid" in border and not border.startswith("0"))


def is_preformatted(name: str, style: Mapping[str, str]) -> bool:
    return name in {"pre", "listing", "plaintext"} or style.get("white-space", "").startswith(
        ("pre", "break-spaces")
    )


def _classes(attributes: Mapping[str, str]) -> Sequence[str]:
    named = attributes.get("class")
    return named.casefold().split() if named else ()


def _cites(attributes: Mapping[str, str]) -> bool:
    return attributes.get("type", "").casefold() == "cite" or "gmail_quote" in _classes(attributes)
