"""The demo desk's help centre: sections and articles, written and published by its people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.core import clock
from otklik.knowledge.actions import (
    Placing,
    Said,
    add_section,
    begin_article,
    place_article,
    publish_article,
    write_article,
)
from otklik.people.models import Actor
from otklik.shell.demo.desk.settling import Cast

LANGUAGES = ("en", "ru", "bg")


def write_articles(cast: Cast, now: datetime, sheet: Mapping[str, Any]) -> None:
    """Write what stands in the help centre, as of the days when it would have been written."""
    root = cast.root
    sections = {
        row["key"]: add_section(actor=root, names=row["names"], hints=row["hints"]).pk
        for row in sheet["section"]
    }
    articles = {
        row["key"]: _written(cast, row, sections[row["section"]], now) for row in sheet["article"]
    }
    for row in sheet["article"]:
        if named := row.get("related"):
            placing = _placing(cast, row, sections[row["section"]])
            related = tuple(articles[key] for key in named)
            place_article(
                actor=cast.actors[row["author"]],
                article_id=articles[row["key"]],
                placing=Placing(**(vars(placing) | {"related": related})),
            )


def _written(cast: Cast, row: Mapping[str, Any], section_id: int, now: datetime) -> int:
    actor = cast.actors[row["author"]]
    first, *others = [code for code in LANGUAGES if code in row]
    with clock.moved_to(now - timedelta(days=row["days_ago"])):
        begun = begin_article(
            actor=actor,
            placing=_placing(cast, row, section_id),
            language=first,
            said=_said(row[first]),
        )
        for code in others:
            said = _said(row[code], made_of=1)
            write_article(actor=actor, article_id=begun.article_id, language=code, said=said)
        for code in (first, *others):
            _publish(actor, begun.article_id, code)
    return begun.article_id


def _publish(actor: Actor, article_id: int, language: str) -> None:
    publish_article(actor=actor, article_id=article_id, language=language, number=1)


def _placing(cast: Cast, row: Mapping[str, Any], section_id: int) -> Placing:
    prefix = row.get("department", "")
    return Placing(
        section_id=section_id,
        kind=row.get("kind", "article"),
        audience=row.get("audience", "public"),
        department_id=cast.departments[prefix] if prefix else None,
        tags=tuple(row.get("tags", ())),
    )


def _said(text: Mapping[str, str], made_of: int | None = None) -> Said:
    return Said(
        title=text["title"],
        summary=text.get("summary", ""),
        body=text["body"].strip(),
        is_markdown=True,
        made_of=made_of,
    )
