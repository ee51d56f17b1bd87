from typing import Any

from otklik.knowledge.actions import Placing, Said, begin_article, publish_article
from otklik.knowledge.models import Section, Translation
from otklik.people.models import Actor

BODY = "<h3>First</h3><p>Open the cover.</p><h3>Then</h3><p>Close the cover.</p>"


def make_section(name: str = "Printers", parent: Section | None = None) -> Section:
    return Section.objects.create(names={"en": name}, parent=parent)


def make_article(
    actor: Actor,
    *,
    title: str = "The printer is jammed",
    body: str = BODY,
    language: str = "en",
    is_published: bool = True,
    **placed: Any,
) -> Translation:
    """Write an article, and publish it unless told otherwise."""
    section = placed.pop("section", None) or Section.objects.first() or make_section()
    summary = placed.pop("summary", "")
    text = begin_article(
        actor=actor,
        placing=Placing(section_id=section.pk, **placed),
        language=language,
        said=Said(title=title, body=body, summary=summary),
    )
    if is_published:
        publish_article(actor=actor, article_id=text.article_id, language=language, number=1)
    return Translation.objects.get(pk=text.pk)
