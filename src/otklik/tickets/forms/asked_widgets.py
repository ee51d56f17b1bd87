"""How the answers of lists, trees and files are given."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from typing_extensions import override

from otklik.tickets.models import Attachment, Field
from otklik.tickets.selectors.asked import YES, AskedField, Option

INDENT = "\u2003"


class OptionsSelect(forms.Select):
    """One of a list or tree. Branches stand there to be read, leaves to be chosen."""

    def __init__(self, field: AskedField) -> None:
        offered = [one for one in field.options if one.is_active]
        choices = [("", "—"), *((one.key, INDENT * one.depth + one.label) for one in offered)]
        super().__init__(choices=choices)
        self._parents = {one.key: one.parent for one in offered}
        self._branches = {one.parent for one in offered if one.parent}

    @override
    def create_option(
        self,
        name: str,
        value: Any,
        label: int | str,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if value in self._branches:
            option["attrs"]["disabled"] = True
        if path := self._path(value):
            option["attrs"]["data-branch"] = " ".join(path)
        return option

    def _path(self, key: str | None) -> list[str]:
        """Return the branches above a leaf, for conditions that name one of them."""
        path: list[str] = []
        while key and (key := self._parents.get(key)) and key not in path:
            path.append(key)
        return path


SENT = "-files"  # ends the name of a place for files that are sent with the form itself


class FilesInput(forms.Widget):
    """Files kept before, by their tokens, and a place to add more.

    A script sends what is chosen at once; without one it comes with the form, and
    `views.answering.posted` makes tokens of it.
    """

    input_type = "files"
    template_name = ""
    needs_multipart_form = False

    def __init__(self, known: Mapping[str, Attachment]) -> None:
        super().__init__()
        self.known = known

    @override
    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name) or [])

    @override
    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        tokens: Iterable[str] = value if isinstance(value, list) else []
        attrs = self.build_attrs(self.attrs, attrs)
        conditions = {key: attrs[key] for key in attrs if key.startswith("data-shown")}
        described = {key: attrs[key] for key in attrs if key.startswith("aria-")}
        kept = format_html_join(
            "",
            '<div class="upload" data-token="{0}"><label class="tick">'
            '<input type="checkbox" name="{2}" value="{0}" checked>'
            '<span class="cut" dir="auto">{1}</span></label></div>',
            ((token, self._name(token), name) for token in tokens),
        )
        return format_html(
            '<div class="stack" data-answer-files="{}" data-url="{}" data-remove="{}" '
            'data-failed="{}" data-gone="{}"{}>{}'
            '<input class="input" type="file" multiple name="{}" id="{}"{}></div>',
            name,
            reverse("uploads"),
            _("Remove"),
            _("It did not arrive. Try again."),
            _("A file is gone. Attach it again, please."),
            format_html_join("", ' {}="{}"', conditions.items()),
            kept,
            f"{name}{SENT}",
            attrs.get("id", ""),
            format_html_join("", ' {}="{}"', described.items()),
        )

    def _name(self, token: str) -> str:
        return self.known[token].name if token in self.known else _("file")


def shown_value(field: AskedField, value: str) -> str:
    """Say the answer that a condition waits for."""
    if field.kind == Field.Kind.CHECKBOX:
        return _("Yes") if value == YES else _("No")
    option: Option | None = field.option(value)
    return option.label if option else value
