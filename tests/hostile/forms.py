"""Forms as they stand on a page: where each goes, and what it asks."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urljoin

from typing_extensions import override

FREE = {"text", "search", "email", "tel", "url", "number", "date", "password", "hidden", "color"}


@dataclass
class PageForm:
    """One form, with the values that it shows."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)  # fields that take what is typed
    chosen: set[str] = field(default_factory=set)  # menus, boxes and buttons

    def put(self, name: str, value: str, *, is_free: bool, is_given: bool = True) -> None:
        (self.free if is_free else self.chosen).add(name)
        if is_given:
            self.values.setdefault(name, []).append(value)


class Forms(HTMLParser):
    """Reads the forms of a page, and the links to pages of ours."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self._open: PageForm | None = None
        self._menu = ""
        self._box = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "a" if said.get("href", "").startswith("/"):
                self.links.append(said["href"])
            case "form":
                action = urljoin(self.place, said.get("action", "") or self.place)
                self._open = PageForm(action, said.get("method", "get").lower())
                self.forms.append(self._open)
            case "input" | "textarea" | "button" if self._open and said.get("name"):
                self._take(tag, said)
            case "select" if self._open and said.get("name"):
                self._menu = said["name"]
                self._open.put(self._menu, "", is_free=False, is_given=False)
            case "option" if self._open and self._menu and "selected" in said:
                self._open.put(self._menu, said.get("value", ""), is_free=False)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._menu = ""
        if tag == "textarea":
            self._box = ""

    @override
    def handle_data(self, data: str) -> None:
        if self._box and self._open:
            self._open.values[self._box][-1] += data.removeprefix("\n")

    def _take(self, tag: str, said: dict[str, str]) -> None:
        assert self._open is not None
        kind = said.get("type", "text") if tag == "input" else tag
        is_free = kind in FREE or tag == "textarea"
        ticked = kind not in ("checkbox", "radio", "button", "submit", "file") or "checked" in said
        if tag == "textarea":
            self._box = said["name"]
        unsaid = "on" if kind in ("checkbox", "radio") else ""
        self._open.put(said["name"], said.get("value", unsaid), is_free=is_free, is_given=ticked)


def encoded(pairs: dict[str, list[str]]) -> bytes:
    """Write fields as a browser sends them, lone surrogates and all."""
    return "&".join(
        f"{_quoted(name)}={_quoted(value)}" for name, values in pairs.items() for value in values
    ).encode()


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))
