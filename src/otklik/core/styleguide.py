"""The living style sheet: every part in every state, at `/styleguide/` while developing."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.core import clock
from otklik.core.errors import Invalid

LONG = "После обновления отчёт «Остатки по складам» считает возвраты дважды"
STATUSES = {
    "new": "Новая",
    "assigned": "Назначена",
    "progress": "В работе",
    "pending": "Ждём клиента",
    "resolved": "Решена",
    "closed": "Закрыта",
    "reopened": "Открыта снова",
}
PRIORITIES = ("Низший", "Низкий", "Обычный", "Высокий", "Критический")
ONE_OF = [("one", "Принтер"), ("two", "Сеть"), ("three", "Рабочее место целиком")]


@dataclass(frozen=True)
class Sample:
    """A status or a priority as templates see it."""

    label: str
    phase: str = ""
    level: int = 0


class SampleForm(forms.Form):
    """Every kind of question, to be looked at empty, filled and refused."""

    subject = forms.CharField(
        label="Тема",
        help_text="В нескольких словах.",
        widget=forms.TextInput({"data-count-max": 100}),
    )
    email = forms.EmailField(label="Электронная почта")
    body = forms.CharField(label="Подробности", widget=forms.Textarea({"rows": 3}), required=False)
    kind = forms.ChoiceField(label="Вид оборудования", choices=ONE_OF)
    several = forms.MultipleChoiceField(
        label="Что не работает", choices=ONE_OF, widget=forms.CheckboxSelectMultiple, required=False
    )
    way = forms.ChoiceField(label="Как ответить", choices=ONE_OF, widget=forms.RadioSelect)
    since = forms.DateField(label="С какого дня", widget=forms.DateInput({"type": "date"}))
    agreed = forms.BooleanField(label="Можно позвонить", help_text="Только в рабочее время.")
    paper = forms.FileField(label="Файл", required=False)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "core/styleguide.html", samples())


def samples() -> dict[str, Any]:
    """Return believable content, with names and words as long as they get."""
    now = clock.now()
    typed = {"refused-subject": LONG, "refused-email": "gulnara at example"}
    refused = SampleForm(typed, prefix="refused")
    refused.is_valid()
    sprite = Path(finders.find("otklik/icons.svg") or "")
    return {
        "long": LONG,
        "statuses": [Sample(label=word, phase=phase) for phase, word in STATUSES.items()],
        "priorities": [
            Sample(label=word, level=level) for level, word in enumerate(PRIORITIES, start=1)
        ],
        "moments": {
            "просрочен": now - timedelta(minutes=18),
            "скоро": now + timedelta(minutes=24),
            "не скоро": now + timedelta(days=3),
        },
        "earlier": now - timedelta(hours=3),
        "empty_form": SampleForm(),
        "refused_form": refused,
        "refusal": Invalid("", fields={"subject": "Тема длиннее ста знаков."}),
        "file_name": "снимок экрана с ошибкой после обновления.png",
        "icons": re.findall(r'symbol id="([^"]+)"', sprite.read_text(encoding="utf-8")),
    }
