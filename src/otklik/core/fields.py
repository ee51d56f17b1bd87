"""Form fields for what people type: cleaned, and limited by what people count."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext
from typing_extensions import override

from otklik.core.errors import Invalid
from otklik.core.text import MOST_CODE_POINTS, clean_line, clean_text, count_graphemes

Said = TypeVar("Said", bound=str)


def let_choose(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field of choices offer these."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


class LineField(forms.CharField):
    """One line: a name, a subject. `max_graphemes` is also the page's live counter."""

    def __init__(self, *, max_graphemes: int, **options: Any) -> None:
        super().__init__(**options)
        self.max_graphemes = max_graphemes
        self.widget.attrs |= {"data-count-max": str(max_graphemes), "dir": "auto"}

    @override
    def to_python(self, value: object) -> str:
        text = super().to_python(self.cleaned(str(value or "")))
        check_length(text or "", self.max_graphemes)
        return text or ""

    def cleaned(self, text: str) -> str:
        return _said(clean_line, text)


class TextField(LineField):
    """Several lines of plain text."""

    widget = forms.Textarea

    @override
    def cleaned(self, text: str) -> str:
        return _said(clean_text, text)


def check_length(text: str, most: int) -> None:
    """Raise ValidationError for more than `most` graphemes, or absurdly many code points."""
    count = count_graphemes(text)
    if count > most or len(text) > most * MOST_CODE_POINTS:
        raise ValidationError(
            ngettext(
                "At most %(most)d character fits here; there are %(count)d.",
                "At most %(most)d characters fit here; there are %(count)d.",
                most,
            ),
            code="max_length",
            params={"most": most, "count": max(count, len(text) // MOST_CODE_POINTS)},
        )


def _said(clean: Callable[[str], Said], text: str) -> Said:
    try:
        return clean(text)
    except Invalid as refusal:
        raise ValidationError(refusal.message, code="invalid") from None
