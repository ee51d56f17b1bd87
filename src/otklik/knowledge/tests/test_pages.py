"""The workspace's pages of the knowledge base."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core.files.receive import keep_content
from otklik.knowledge.actions import ask_for_review, keep_article_file
from otklik.knowledge.models import Article, Rules, Section, Translation, Version
from otklik.knowledge.tests.factories import make_article, make_section
from otklik.people.tests.factories import Cast, sign_in

TEXT = {"title": "Scanner", "summary": "", "body": "<p>Press it.</p>", "body_format": "html"}


def page(text: Translation, rest: str = "") -> str:
    return f"/knowledge/{text.article_id}/{text.language}/{rest}"


def test_an_article_from_its_first_word_to_its_readers(client: Client, cast: Cast) -> None:
    section = make_section()
    sign_in(client, cast.ada)
    assert client.get("/knowledge/new/").status_code == 200
    place = {"section": section.pk, "kind": "article", "audience": "public", "tags": "Scan, scan"}
    answer = client.post("/knowledge/new/", TEXT | place | {"language": "en", "department": ""})
    text = Translation.objects.get()
    assert answer["Location"] == page(text)
    assert text.article.tags == ["scan"]
    assert client.get(page(text)).status_code == 200
    client.post(page(text), TEXT | {"seen": "1", "title": "The scanner"})
    client.post(page(text, "publication/"), {"number": "2", "at": ""})
    assert "The scanner" in client.get("/help/en/").content.decode()
    assert "The scanner" in client.get("/knowledge/?q=scann").content.decode()
    shown = client.get(page(text, "versions/2/")).content.decode()
    assert "<ins>" in shown
    assert client.get(page(text, "versions/")).status_code == 200
    client.post(page(text, "versions/1/return/"))
    assert Version.objects.order_by("-number").values_list("number", "title")[0] == (3, "Scanner")


def test_a_preview_saves_nothing_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    text = make_article(cast.ada)
    sign_in(client, cast.ada)
    typed = TEXT | {"seen": "1", "title": "Unsaved canary", "preview": "1"}
    shown = client.post(page(text), typed)
    assert shown.status_code == 200
    assert "Unsaved canary" in shown.content.decode()
    assert Version.objects.count() == 1


def test_what_is_refused_is_kept_in_the_page(client: Client, cast: Cast) -> None:
    text = make_article(cast.ada)
    sign_in(client, cast.ada)
    shown = client.post(page(text), TEXT | {"seen": "1", "title": "", "body": "<p>canary</p>"})
    assert shown.status_code == 422
    assert "canary" in shown.content.decode()
    client.post(page(text), TEXT | {"seen": "1", "title": "First"})
    shown = client.post(page(text), TEXT | {"seen": "1", "title": "Second canary"})
    assert shown.status_code == 422
    words = shown.content.decode()
    assert "Second canary" in words
    assert 'name="over" value="2"' in words
    client.post(page(text), TEXT | {"seen": "1", "title": "Second canary", "over": "2"})
    assert Version.objects.filter(title="Second canary", number=3).exists()


def test_markdown_stays_markdown(client: Client, cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    sign_in(client, cast.ada)
    typed = {"title": "M", "body": "## Head\n\n- **one**", "typed": "markdown", "seen": "1"}
    client.post(page(text), typed)
    version = Version.objects.get(number=2)
    assert version.source == "## Head\n\n- **one**"
    assert "<h3>Head</h3>" in version.body
    shown = client.get(page(text)).content.decode()
    assert 'name="typed" value="markdown"' in shown
    assert "## Head" in shown
    assert 'name="typed"' not in client.get(f"{page(text)}?typed=rich").content.decode()


def test_a_review_goes_over_the_page(client: Client, cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    sign_in(client, cast.ada)
    client.post(page(text, "review/"), {"deed": "ask"})
    client.post(page(text, "review/"), {"deed": "approve"})
    assert text.reviews.get().state == "waiting"
    sign_in(client, cast.vi)
    assert "Waits for your review" in client.get("/knowledge/").content.decode()
    assert "Approve" in client.get(page(text)).content.decode()
    client.post(page(text, "review/"), {"deed": "return", "words": ""})
    client.post(page(text, "review/"), {"deed": "nonsense"})
    assert text.reviews.get().state == "waiting"
    client.post(page(text, "review/"), {"deed": "return", "words": "Which cover?"})
    assert text.reviews.get().state == "returned"
    assert "Which cover?" in client.get(page(text)).content.decode()


def test_publication_at_a_time_is_by_the_persons_clock(client: Client, cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    sign_in(client, cast.ada)
    client.post(page(text, "publication/"), {"number": "1", "at": "2099-01-01T10:00"})
    assert Translation.objects.get().publish_at is not None
    assert "2099" in client.get(page(text)).content.decode()
    client.post(page(text, "publication/"), {"number": "1", "at": "nonsense"})
    client.post(page(text, "publication/"), {"call_off": "1"})
    assert Translation.objects.get().publish_at is None
    client.post(page(text, "publication/"), {"number": "1", "at": "2001-01-01T10:00"})
    assert Translation.objects.get().published is None
    client.post(page(text, "publication/"), {"number": "1"})
    client.post(page(text, "publication/"), {"take_back": "1"})
    assert Translation.objects.get().published is None


def test_placing_and_archiving_by_the_page(client: Client, cast: Cast) -> None:
    text, other = make_article(cast.ada), make_article(cast.ada, title="Other")
    sign_in(client, cast.ada)
    address = f"/knowledge/{text.article_id}/placing/"
    assert client.get(address).status_code == 200
    place = {
        "section": text.article.section_id,
        "kind": "question",
        "audience": "department",
        "department": cast.it.pk,
        "tags": "",
        "related": [str(other.article_id), ""],
        "seen": "1",
    }
    client.post(address, place)
    article = Article.objects.get(pk=text.article_id)
    assert (article.kind, article.department) == ("question", cast.it)
    assert [one.other_id for one in article.related.all()] == [other.article_id]
    refused = client.post(address, place | {"kind": "article"})
    assert refused.status_code == 422
    client.post(f"/knowledge/{text.article_id}/archiving/", {"replaced_by": other.article_id})
    assert Article.objects.get(pk=text.article_id).replaced_by_id == other.article_id
    assert client.get(page(text)).status_code == 200
    client.post(f"/knowledge/{text.article_id}/archiving/", {"restore": "1"})
    assert Article.objects.get(pk=text.article_id).archived_at is None


@pytest.mark.parametrize("who", ["vi", "cora", "root", "ada", "cy"])
def test_sections_are_arranged_by_heads(client: Client, cast: Cast, who: str) -> None:
    first, second = make_section("First"), make_section("Second")
    sign_in(client, cast.everyone[who])
    refused = {"ada": 403, "cy": 404}.get(who)
    base = "/knowledge/sections/"
    assert client.get(base).status_code == (refused or 200)
    added = client.post(base, {"names_en": "Third", "parent": first.pk})
    assert added.status_code == (refused or 302)
    assert client.post("/knowledge/rules/", {"needs_review": "1"}).status_code == (refused or 302)
    if refused:
        assert Section.objects.count() == 2
        return
    assert Rules.objects.get().needs_review
    assert client.get(f"{base}{first.pk}/").status_code == 200
    client.post(f"{base}{first.pk}/", {"names_en": "Renamed", "hints_en": "All of it."})
    assert client.post(f"{base}{first.pk}/", {"names_en": ""}).status_code == 422
    third = Section.objects.get(names__en="Third")
    client.post(f"{base}{first.pk}/place/", {"parent": third.pk, "index": "0"})
    client.post(f"{base}{second.pk}/place/", {"parent": first.pk, "index": "0"})
    client.post(f"{base}{first.pk}/removal/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.label, first.hint, first.parent, second.parent) == (
        "Renamed",
        "All of it.",
        None,
        first,
    )
    client.post(f"{base}{third.pk}/removal/")
    client.post(f"{base}{third.pk}/removal/")
    assert not Section.objects.filter(pk=third.pk).exists()


def test_a_section_with_articles_stays(client: Client, cast: Cast) -> None:
    text = make_article(cast.root)
    sign_in(client, cast.root)
    client.post(f"/knowledge/sections/{text.article.section_id}/removal/")
    assert Section.objects.exists()


def test_a_colleague_of_another_department_finds_no_page_of_it(client: Client, cast: Cast) -> None:
    text = make_article(cast.ada, audience="department", department_id=cast.it.pk)
    ask_for_review(actor=cast.ada, article_id=text.article_id, language="en")
    sign_in(client, cast.sam)
    for rest in ("", "versions/", "versions/1/"):
        assert client.get(page(text, rest)).status_code == 404
    for rest in ("publication/", "review/", "versions/1/return/"):
        assert client.post(page(text, rest), {"deed": "approve"}).status_code == 404
    assert client.get(f"/knowledge/{text.article_id}/placing/").status_code == 404
    assert "jammed" not in client.get("/knowledge/").content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    make_article(cast.ada)
    client.get("/knowledge/")
    with CaptureQueriesContext(connection) as few:
        client.get("/knowledge/")
    for number in range(12):
        make_article(cast.ada, title=f"Number {number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/knowledge/")
    assert len(many) == len(few)


def test_a_section_steps_only_where_it_can(client: Client, cast: Cast) -> None:
    first, second = make_section("First"), make_section("Second")
    Section.objects.filter(pk=second.pk).update(position=1)
    sign_in(client, cast.root)
    shown = client.get("/knowledge/sections/").content.decode()
    assert shown.count('aria-label="Up: Second"') == shown.count('aria-label="Down: First"') == 1
    assert "Up: First" not in shown
    assert "Down: Second" not in shown
    client.post(f"/knowledge/sections/{first.pk}/place/", {"parent": "", "index": "1"})
    assert list(Section.objects.values_list("pk", flat=True)) == [second.pk, first.pk]


def test_a_page_names_no_file_that_its_reader_may_not_have(client: Client, cast: Cast) -> None:
    theirs = keep_article_file(actor=cast.sam, blob=keep_content(b"hr"), name="canary.txt")
    text = make_article(cast.ada)
    sign_in(client, cast.ada)
    shown = client.post(page(text), TEXT | {"seen": "1", "title": "", "uploads": theirs.token})
    assert "canary" not in shown.content.decode()
