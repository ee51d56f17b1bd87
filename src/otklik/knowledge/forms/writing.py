"""Turn what was typed about articles into values. These forms decide nothing."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.core.fields import let_choose
from otklik.core.offered import fit_words, offered_choices, word_fields
from otklik.core.richtext import from_text as plain_html
from otklik.core.spoken import language_name
from otklik.core.wording import Names
from otklik.knowledge.actions import Placing, Said
from otklik.knowledge.actions.said import LONGEST_REMARK, LONGEST_SUMMARY, LONGEST_TITLE
from otklik.knowledge.actions.sections import LONGEST_HINT, LONGEST_NAME
from otklik.knowledge.models import Article
from otklik.knowledge.selectors.editing import section_choices
from otklik.people.forms.base import Form
from otklik.people.models import Actor, Department
from otklik.tickets.forms.composing import MOST_UPLOADS, whole

NOTHING = ("", "—")
MARKDOWN = "markdown"


class TextForm(Form):
    """What an article says, but for its body, which the editor sends beside it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    summary = forms.CharField(
        label=_("In one sentence"),
        required=False,
        max_length=LONGEST_SUMMARY,
        help_text=_("Stands under the title, in lists, and in search engines."),
    )
    remark = forms.CharField(
        label=_("What you changed"),
        required=False,
        max_length=LONGEST_REMARK,
        help_text=_("For colleagues, in the list of versions."),
    )

    def said(self) -> Said:
        """Return the whole text as it was posted."""
        post = self.data if isinstance(self.data, QueryDict) else QueryDict()
        values = self.cleaned_data
        return Said(
            title=values["title"],
            summary=values["summary"],
            remark=values["remark"],
            body=body_of(post),
            is_markdown=post.get("typed") == MARKDOWN,
            files=tuple(post.getlist("uploads")[:MOST_UPLOADS]),
            made_of=whole(post.get("made_of")),
        )


def body_of(post: QueryDict) -> str:
    """Return what was typed as HTML, or as Markdown where the page says so."""
    from_editor = post.get("body_format", "text") == "html" or post.get("typed") == MARKDOWN
    body = post.get("body", "")
    if from_editor or not body.strip():
        return body
    return str(plain_html(body))


class PlacingForm(Form):
    """Where an article stands and for whom it is."""

    section = forms.ChoiceField(label=_("Section"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Article.Kind.choices)
    audience = forms.ChoiceField(label=_("Readers"), choices=Article.Audience.choices)
    department = forms.ChoiceField(
        label=_("Department"),
        required=False,
        help_text=_("Needed where colleagues of a department read it."),
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=600, help_text=_("Separated by commas.")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.all()
        if not actor.is_administrator:
            departments = departments.filter(pk__in=[*actor.roles])
        let_choose(self, "section", section_choices())
        let_choose(self, "department", [NOTHING, *((one.pk, one.label) for one in departments)])

    def placing(self, related: tuple[int, ...] = ()) -> Placing:
        values = self.cleaned_data
        return Placing(
            section_id=int(values["section"]),
            kind=values["kind"],
            audience=values["audience"],
            department_id=whole(values["department"]),
            tags=tuple(values["tags"].split(",")),
            related=related,
        )


class NewArticleForm(PlacingForm):
    """The same with the language in which an article begins."""

    language = forms.ChoiceField(label=_("Language"), choices=offered_choices)


def _name(code: str) -> forms.Field:
    box = forms.TextInput({"lang": code, "autocomplete": "off"})
    return forms.CharField(
        label=language_name(code), required=False, max_length=LONGEST_NAME, widget=box
    )


def _hint(code: str) -> forms.Field:
    box = forms.TextInput({"lang": code, "autocomplete": "off"})
    label = _("%(language)s, in one sentence") % {"language": language_name(code)}
    return forms.CharField(label=label, required=False, max_length=LONGEST_HINT, widget=box)


class SectionForm(Form):
    """What a section is called in each language."""

    def __init__(self, *args: Any, names: Names | None = None, hints: Names | None = None) -> None:
        super().__init__(*args)
        for stem, make, values in (("names", _name, names), ("hints", _hint, hints)):
            word_fields(self, stem, make)
            for code, words in (values or {}).items():
                if (field := self.fields.get(f"{stem}_{code}")) is not None:
                    field.initial = words
        fit_words(self)

    def words(self, stem: str) -> Names:
        start = f"{stem}_"
        return {
            name.removeprefix(start): text
            for name, text in self.cleaned_data.items()
            if name.startswith(start)
        }


class PublicationForm(Form):
    """When a version is to be published; empty: now."""

    at = forms.DateTimeField(
        label=_("Publish at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def moment(self) -> datetime | None:
        found: datetime | None = self.cleaned_data["at"]
        return found
