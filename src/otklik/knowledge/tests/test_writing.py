"""Every saving is a version, and none is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotAllowed, NotFound
from otklik.core.files.receive import keep_content
from otklik.knowledge.actions import (
    Placing,
    Said,
    begin_article,
    keep_article_file,
    place_article,
    return_to_version,
    write_article,
)
from otklik.knowledge.actions.attaching import sweep_unused_files
from otklik.knowledge.actions.said import from_markdown, slug_of
from otklik.knowledge.models import ArticleFile, Translation, Version
from otklik.knowledge.tests.factories import BODY, make_article, make_section
from otklik.people.tests.factories import Cast


def said(**parts: Any) -> Said:
    return Said(**({"title": "Jam", "body": BODY} | parts))


def test_each_saving_is_a_version_and_the_same_again_is_none(cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    one: dict[str, Any] = {"actor": cast.ada, "article_id": text.article_id, "language": "en"}
    write_article(**one, said=said(body="<p>Otherwise.</p>"), seen=1)
    again = write_article(**one, said=said(body="<p>Otherwise.</p>"), seen=1)
    assert again.number == 2
    assert list(Version.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    text.refresh_from_db()
    assert (text.latest, text.published) == (again, None)


def test_who_writes_over_anothers_saving_is_told_and_may_do_so_knowingly(cast: Cast) -> None:
    text = make_article(cast.ada)
    one: dict[str, Any] = {"article_id": text.article_id, "language": "en"}
    write_article(actor=cast.vi, **one, said=said(title="Vi's"), seen=1)
    with pytest.raises(Conflict, match="has saved another version"):
        write_article(actor=cast.ada, **one, said=said(title="Ada's"), seen=1)
    assert write_article(actor=cast.ada, **one, said=said(title="Ada's"), seen=2).number == 3


def test_what_it_said_once_comes_back_as_a_new_version(cast: Cast) -> None:
    text = make_article(cast.ada)
    one: dict[str, Any] = {"actor": cast.ada, "article_id": text.article_id, "language": "en"}
    write_article(**one, said=said(title="Second"), seen=1)
    back = return_to_version(**one, number=1)
    assert (back.number, back.title) == (3, "The printer is jammed")
    assert return_to_version(**one, number=1).number == 3
    with pytest.raises(NotFound):
        return_to_version(**one, number=9)


def test_a_translation_begins_with_its_first_version(cast: Cast) -> None:
    text = make_article(cast.ada)
    one: dict[str, Any] = {"actor": cast.ada, "article_id": text.article_id, "language": "ru"}
    made = write_article(**one, said=said(title="Принтер", made_of=1), seen=0)
    assert (made.number, made.made_of, made.translation.slug) == (1, 1, "printer")
    with pytest.raises(Conflict):
        write_article(**one, said=said(title="Другой"), seen=0)
    with pytest.raises(Invalid):
        write_article(**(one | {"language": "xx"}), said=said(), seen=0)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"summary": "x" * 301}, "summary"),
        ({"remark": "x" * 201}, "remark"),
        ({"body": "<p> </p>"}, "body"),
        ({"body": "x" * 200_001}, "body"),
        ({"files": ("kb-" + "0" * 32,)}, "files"),
        ({"body": f'<p><img src="/files/{"a" * 32}/look/"></p>'}, "files"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    cast: Cast, parts: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        begin_article(
            actor=cast.ada,
            placing=Placing(section_id=make_section().pk),
            language="en",
            said=said(**parts),
        )
    assert set(refused.value.fields) == {field}
    assert not Translation.objects.exists()


def test_hostile_html_is_cleaned_and_markdown_makes_no_html_of_its_own() -> None:
    made = from_markdown("# A\n\n### B\n\n<script>x</script> **c** | d\n\n|a|b|\n|-|-|\n|1|2|")
    assert "<h3>A</h3><h4>B</h4>" in made.replace("\n", "")
    assert "<script" not in made
    assert "<strong>c</strong>" in made
    assert "<td>1</td>" in made


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How do I reset it?", "how-do-i-reset-it"),
        ("Щука & ёж", "shtuka-ezh"),
        ("你好", "article"),
        ("x" * 200, "x" * 80),
    ],
)
def test_titles_become_words_of_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_files_are_of_who_uploaded_them_until_an_article_has_them(cast: Cast) -> None:
    mine = keep_article_file(actor=cast.ada, blob=keep_content(b"plain"), name="a.txt")
    text = make_article(cast.ada)
    one: dict[str, Any] = {"article_id": text.article_id, "language": "en", "seen": 1}
    with pytest.raises(Invalid):
        write_article(actor=cast.vi, **one, said=said(files=(mine.token,)))
    body = f'<p>See <img src="/files/{mine.token}/look/" alt=""></p>'
    version = write_article(actor=cast.ada, **one, said=said(body=body, files=(mine.token,)))
    mine.refresh_from_db()
    assert (mine.article_id, version.files) == (text.article_id, [])
    assert mine.token in version.body


def test_files_that_nothing_has_are_forgotten_a_week_later(cast: Cast) -> None:
    text = make_article(cast.ada)
    kept = keep_article_file(actor=cast.ada, blob=keep_content(b"kept"), name="a.txt")
    one: dict[str, Any] = {
        "actor": cast.ada,
        "article_id": text.article_id,
        "language": "en",
        "seen": 1,
    }
    write_article(**one, said=said(files=(kept.token,)))
    lost = keep_article_file(actor=cast.ada, blob=keep_content(b"lost"), name="b.txt")
    stray = keep_article_file(actor=cast.ada, blob=keep_content(b"stray"), name="c.txt")
    ArticleFile.objects.filter(pk=stray.pk).update(article=text.article_id)
    assert sweep_unused_files() == 0
    with clock.moved_to(clock.now() + timedelta(days=8)):
        assert sweep_unused_files() == 2
    assert list(ArticleFile.objects.all()) == [kept]
    assert not ArticleFile.objects.filter(pk=lost.pk).exists()


def test_heads_place_articles_and_agents_only_for_their_own_departments(cast: Cast) -> None:
    text = make_article(cast.ada)
    section = make_section("Other")
    other = Placing(section_id=section.pk, audience="department", department_id=cast.hr.pk)
    with pytest.raises(NotAllowed):
        place_article(actor=cast.ada, article_id=text.article_id, placing=other)
    placed = place_article(
        actor=cast.root, article_id=text.article_id, placing=other, seen_version=1
    )
    assert (placed.department, placed.version) == (cast.hr, 2)
    with pytest.raises(NotFound):
        place_article(actor=cast.ada, article_id=text.article_id, placing=other)
    with pytest.raises(Conflict):
        place_article(actor=cast.root, article_id=text.article_id, placing=other, seen_version=1)


def test_customers_write_nothing(cast: Cast) -> None:
    section = make_section()
    with pytest.raises(NotFound):
        begin_article(
            actor=cast.cy, placing=Placing(section_id=section.pk), language="en", said=said()
        )
    with pytest.raises(NotFound):
        keep_article_file(actor=cast.cy, blob=keep_content(b"plain"), name="a.txt")


def test_the_database_refuses_a_version_without_a_title(cast: Cast) -> None:
    make_article(cast.ada)
    with pytest.raises(IntegrityError, match="version_has_a_title"):
        Version.objects.update(title="")
