"""The help centre: who reads what, in which language, and what readers say."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.errors import NotFound
from otklik.core.files.receive import keep_content
from otklik.core.ratelimit import RateLimiter
from otklik.knowledge.actions import (
    Judged,
    Said,
    archive_article,
    judge_article,
    keep_article_file,
    place_article,
    publish_article,
    write_article,
)
from otklik.knowledge.actions.articles import Placing
from otklik.knowledge.actions.reading import forget_old_reading
from otklik.knowledge.models import Article, Asked, Translation, Verdict, Visits
from otklik.knowledge.tests.factories import BODY, make_article, make_section
from otklik.knowledge.views import centre
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, sign_in


def words_at(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    return answer.content.decode() if answer.status_code == 200 else ""


def in_russian(actor: Actor, text: Translation) -> None:
    said = Said(title="Принтер зажевал бумагу", body="<p>Откройте крышку.</p>", made_of=1)
    write_article(actor=actor, article_id=text.article_id, language="ru", said=said)
    publish_article(actor=actor, article_id=text.article_id, language="ru", number=1)


@pytest.mark.parametrize("who", ["", "cy", "ada", "sam", "vi", "cora", "root"])
def test_each_reader_finds_what_is_meant_for_them_everywhere(
    client: Client, cast: Cast, who: str
) -> None:
    texts = {
        "public": make_article(cast.root, title="Canary public"),
        "signed_in": make_article(cast.root, title="Canary signed", audience="signed_in"),
        "department": make_article(
            cast.root, title="Canary staff", audience="department", department_id=cast.it.pk
        ),
        "draft": make_article(cast.root, title="Canary draft", is_published=False),
    }
    if who:
        sign_in(client, cast.everyone[who])
    may = {"public"} | ({"signed_in"} if who else set())
    may |= {"department"} if who in {"ada", "vi", "cora", "root"} else set()
    section = texts["public"].article.section_id
    pages = ["/help/en/", f"/help/en/sections/{section}/", "/help/en/search/?q=canary"]
    for name, text in texts.items():
        address = f"/help/en/articles/{text.article_id}/"
        title = text.latest.title if text.latest else ""
        assert bool(words_at(client, address)) == (name in may), name
        for page in pages:
            assert (
                title in words_at(client, page).replace("<mark>", "").replace("</mark>", "")
            ) == (name in may), (name, page)


def test_visitors_need_no_account_and_the_sitemap_names_what_is_public_alone(
    client: Client, cast: Cast
) -> None:
    text = make_article(cast.root)
    make_article(cast.root, title="Inside", audience="signed_in")
    in_russian(cast.root, text)
    found = client.get("/help/sitemap.xml").content.decode()
    assert f"/help/en/articles/{text.article_id}/the-printer-is-jammed/" in found
    assert f"/help/ru/articles/{text.article_id}/printer-zazheval-bumagu/" in found
    assert "inside" not in found
    assert "/help/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_an_article_names_itself_in_each_language_to_those_who_index_it(
    client: Client, cast: Cast
) -> None:
    text = make_article(cast.root, summary="What to do about paper.")
    in_russian(cast.root, text)
    page = words_at(client, f"/help/en/articles/{text.article_id}/the-printer-is-jammed/")
    assert '<meta name="description" content="What to do about paper.">' in page
    assert page.count('rel="canonical"') == 1
    assert 'hreflang="ru"' in page
    assert '<h2 id="first">First</h2>' in page
    assert '<a href="#then">Then</a>' in page


def test_an_address_of_old_words_leads_to_the_present_ones(client: Client, cast: Cast) -> None:
    text = make_article(cast.root)
    said = Said(title="Paper is stuck", body=BODY)
    write_article(actor=cast.root, article_id=text.article_id, language="en", said=said)
    publish_article(actor=cast.root, article_id=text.article_id, language="en", number=2)
    answer = client.get(f"/help/en/articles/{text.article_id}/the-printer-is-jammed/")
    assert answer.status_code == 301
    assert answer["Location"].endswith("/paper-is-stuck/")


def test_an_archived_article_leads_to_what_replaces_it(client: Client, cast: Cast) -> None:
    old, new = make_article(cast.root), make_article(cast.root, title="Newer words")
    archive_article(actor=cast.root, article_id=old.article_id, replaced_by_id=new.article_id)
    page = words_at(client, f"/help/en/articles/{old.article_id}/the-printer-is-jammed/")
    assert "Newer words" in page
    placing = Placing(section_id=new.article.section_id, audience="signed_in")
    place_article(actor=cast.root, article_id=new.article_id, placing=placing)
    assert client.get(f"/help/en/articles/{old.article_id}/x/").status_code == 404


def test_what_is_not_there_in_a_language_is_shown_in_another_and_says_so(
    client: Client, cast: Cast
) -> None:
    text = make_article(cast.root)
    page = words_at(client, f"/help/bg/articles/{text.article_id}/")
    assert "The printer is jammed" in page
    assert 'content="noindex"' in page
    assert '<html lang="bg"' in page


@pytest.mark.parametrize("address", ["/help/xx/", "/help/xx/articles/1/", "/help/en/sections/9/"])
def test_what_is_not_there_is_not_found(client: Client, cast: Cast, address: str) -> None:
    assert client.get(address).status_code == 404


def test_questions_stand_with_their_answers(client: Client, cast: Cast) -> None:
    make_article(cast.root, title="How much is it?", body="<p>Nothing.</p>", kind="question")
    page = words_at(client, "/help/en/questions/")
    assert "How much is it?" in page
    assert "Nothing." in page


def test_a_visitor_says_once_whether_it_helped_and_may_think_again(
    client: Client, cast: Cast
) -> None:
    text = make_article(cast.root)
    address = f"/help/en/verdicts/{text.article_id}/"
    client.post(address, {"helped": "yes"})
    client.post(address, {"helped": "no", "reason": "unclear", "words": "Which cover?"})
    verdict = Verdict.objects.get()
    assert (verdict.helped, verdict.reason, verdict.words) == (False, "unclear", "Which cover?")
    assert client.post(address, {"helped": "no", "reason": "nonsense"}).status_code == 422
    Client().post(address, {"helped": "yes"})
    assert Verdict.objects.count() == 2


def test_nobody_judges_what_they_may_not_read(cast: Cast) -> None:
    text = make_article(cast.root, audience="signed_in")
    judged = Judged(helped=True)
    one: dict[str, Any] = {"article_id": text.article_id, "language": "en", "judged": judged}
    with pytest.raises(NotFound):
        judge_article(reader=None, key="a" * 32, **one)
    with pytest.raises(NotFound):
        judge_article(reader=cast.cy, key="", **(one | {"language": "ru"}))
    assert judge_article(reader=cast.cy, key="", **one).helped


def test_opening_is_counted_by_the_day_and_searches_are_kept(client: Client, cast: Cast) -> None:
    text = make_article(cast.root)
    for _time in range(3):
        client.get(f"/help/en/articles/{text.article_id}/{text.slug}/")
    assert Visits.objects.get().count == 3
    client.get("/help/en/search/?q=jammed")
    client.get("/help/en/search/?q=quinoa")
    client.get("/help/en/search/?q=")
    assert dict(Asked.objects.values_list("text", "found")) == {"jammed": 1, "quinoa": 0}


def test_old_searches_and_visits_are_forgotten(client: Client, cast: Cast) -> None:
    text = make_article(cast.root)
    client.get(f"/help/en/articles/{text.article_id}/{text.slug}/")
    client.get("/help/en/search/?q=quinoa")
    assert forget_old_reading() == 0
    with clock.moved_to(clock.now() + timedelta(days=91)):
        assert forget_old_reading() == 1
    with clock.moved_to(clock.now() + timedelta(days=401)):
        assert forget_old_reading() == 1


def test_nobody_judges_or_searches_without_end(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centre, "limiter", RateLimiter(lambda: 60.0))
    text = make_article(cast.root)
    address = f"/help/en/verdicts/{text.article_id}/"
    codes = [Client().post(address, {"helped": "yes"}).status_code for _one in range(21)]
    assert (codes[:20], codes[20]) == ([302] * 20, 429)
    for number in range(31):
        assert client.get(f"/help/en/search/?q=word{number}").status_code == 200
    assert Asked.objects.count() == 30


def test_files_open_for_who_reads_a_version_that_has_them(client: Client, cast: Cast) -> None:
    kept = keep_article_file(actor=cast.ada, blob=keep_content(b"plain words"), name="a.txt")
    address = f"/files/{kept.token}/"
    assert client.get(address).status_code == 404
    text = make_article(cast.ada, is_published=False)
    said = Said(title="With a file", body=BODY, files=(kept.token,))
    write_article(actor=cast.ada, article_id=text.article_id, language="en", said=said)
    assert client.get(address).status_code == 404
    publish_article(actor=cast.ada, article_id=text.article_id, language="en", number=2)
    assert client.get(address).status_code == 200
    said = Said(title="Without", body=BODY)
    write_article(actor=cast.ada, article_id=text.article_id, language="en", said=said)
    publish_article(actor=cast.ada, article_id=text.article_id, language="en", number=3)
    assert client.get(address).status_code == 404
    sign_in(client, cast.sam)
    assert client.get(address).status_code == 200  # who writes at a public article
    Article.objects.update(audience="department", department=cast.it)
    assert client.get(address).status_code == 404


def test_a_new_tag_is_found_at_once(client: Client, cast: Cast) -> None:
    text = make_article(cast.root)
    placing = Placing(section_id=text.article.section_id, tags=("xerox",))
    assert "jammed" not in words_at(client, "/help/en/search/?q=xerox")
    place_article(actor=cast.root, article_id=text.article_id, placing=placing)
    assert "jammed" in words_at(client, "/help/en/search/?q=xerox")


def test_sections_without_anything_to_read_are_not_shown(client: Client, cast: Cast) -> None:
    make_section("Empty")
    make_article(cast.root, section=make_section("Full"))
    page = words_at(client, "/help/en/")
    assert "Full" in page
    assert "Empty" not in page
