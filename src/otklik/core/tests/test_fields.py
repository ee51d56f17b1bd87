import pytest
from django import forms

from otklik.core.fields import LineField, TextField

FAMILY = "👩‍👩‍👧‍👦"


class Asked(forms.Form):
    subject = LineField(max_graphemes=5)
    comment = TextField(max_graphemes=10, required=False)


@pytest.mark.parametrize("subject", ["a", "abcde", FAMILY * 5, "  й\u0306ab  ", "a\nb"])
def test_a_subject_is_counted_as_people_count(subject: str) -> None:
    form = Asked({"subject": subject})
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    "subject", ["", "  ", "\u200b", "abcdef", FAMILY * 6, "a\x00", "\ud800", "x" * 100_000]
)
def test_a_bad_subject_is_refused_and_kept_in_the_form(subject: str) -> None:
    form = Asked({"subject": subject})
    assert not form.is_valid()
    assert list(form.errors) == ["subject"]
    assert form["subject"].value() == subject


def test_one_grapheme_cannot_carry_a_book() -> None:
    assert not Asked({"subject": "👩" + "\u200d👩" * 500}).is_valid()


def test_lines_stay_in_text_and_go_in_a_line() -> None:
    form = Asked({"subject": "a\nb", "comment": "a\r\nb\u202e"})
    assert form.is_valid()
    assert (form.cleaned_data["subject"], form.cleaned_data["comment"]) == ("a b", "a\nb")


def test_a_field_tells_the_page_its_limit() -> None:
    assert 'data-count-max="5"' in str(Asked()["subject"])
