"""Answers to a type's questions: checked before they are kept."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.models import Actor
from otklik.tickets.actions.answer_kinds import parse_answer
from otklik.tickets.actions.attaching import ensure_fits
from otklik.tickets.models import Attachment, Field, FormField, Ticket
from otklik.tickets.selectors.asked import (
    AskedField,
    is_empty,
    is_shown,
    organizations_to_name,
    people_to_name,
)

Kind = Field.Kind
Values = Mapping[str, Any]


def check_answers(
    questions: Iterable[AskedField],
    values: Values,
    *,
    actor: Actor,
    for_customer: bool,
    kept: Values | None = None,
) -> dict[str, Any]:
    """Return all answers of a ticket as they may be kept.

    On opening `kept` is None: every shown required question demands its answer, and an
    answer to a question that the others hide is left out. With `kept`, what the ticket
    holds, `values` are changes to it: only what differs is checked, and a question demands
    its answer only if it is touched or first shown by the change. A customer answers only
    what is theirs to fill in; whether it is shown is judged by the whole form. Raises
    Invalid, naming each key that cannot be taken.
    """
    whole = {field.key: field for field in questions if field.is_active}
    form = {
        key: field
        for key, field in whole.items()
        if not for_customer or field.customer == FormField.Access.EDITS
    }
    before = dict(kept or {})
    changed = {key: raw for key, raw in values.items() if key not in before or before[key] != raw}
    clean, wrong = _parsed(form, changed)
    after = _without_empty({**before, **clean})
    shown = {key for key, field in form.items() if is_shown(field, whole, after)}
    if kept is None:
        after = {key: value for key, value in after.items() if key in shown}
    first = {key for key in shown if not is_shown(form[key], whole, before)}
    touched = shown if kept is None else (shown & set(changed)) | first
    for key in touched - set(wrong):
        if form[key].is_required and is_empty(after.get(key)):
            wrong[key] = _("This is needed.")
    named = {key: _new_names(before.get(key), after[key]) for key in clean if key in after}
    wrong |= _unknown_references(form, named, actor)
    if wrong:
        raise Invalid(fields={key: wrong[key] for key in [*form, *wrong] if key in wrong})
    return after


def _parsed(
    form: Mapping[str, AskedField], values: Values
) -> tuple[dict[str, Any], dict[str, str]]:
    clean: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, raw in values.items():
        if key not in form:
            if not is_empty(raw):
                wrong[key[:40]] = _("This request does not ask for “%(key)s”.") % {"key": key[:40]}
            continue
        try:
            clean[key] = parse_answer(form[key], raw)
        except Invalid as error:
            wrong[key] = error.message
    return clean, wrong


def _new_names(before: Any, after: Any) -> Any:
    """Return an answer without the files that a ticket holds already, whoever sent them."""
    if isinstance(before, list) and isinstance(after, list):
        return [one for one in after if one not in before]
    return after


def _without_empty(values: Values) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _unknown_references(
    form: Mapping[str, AskedField], values: Values, actor: Actor
) -> dict[str, str]:
    """Complain of people, companies and files that are not there, or not the actor's to name."""

    def named(kind: Kind) -> dict[str, Any]:
        return {key: value for key, value in values.items() if form[key].kind == kind}

    wrong: dict[str, str] = {}
    if people := named(Kind.PERSON):
        found = set(
            people_to_name(actor).filter(pk__in=people.values()).values_list("pk", flat=True)
        )
        for key in (key for key, pk in people.items() if pk not in found):
            wrong[key] = _("There is no such person.")
    if companies := named(Kind.ORGANIZATION):
        found = set(
            organizations_to_name(actor)
            .filter(pk__in=companies.values())
            .values_list("pk", flat=True)
        )
        for key in (key for key, pk in companies.items() if pk not in found):
            wrong[key] = _("There is no such organization.")
    if files := named(Kind.FILE):
        tokens = {token for value in files.values() for token in value}
        unsent = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
        mine = unsent.filter(token__in=tokens)
        held = set(mine.values_list("token", flat=True))
        for key in (key for key, value in files.items() if not held.issuperset(value)):
            wrong[key] = _("A file is gone. Attach it again, please.")
    return wrong


def join_answers(
    actor: Actor,
    ticket: Ticket,
    questions: Iterable[AskedField],
    before: Values = MappingProxyType({}),
) -> list[Attachment]:
    """Join the files that newly answer a ticket's questions to it; return those.

    Each upload is used once, by whom it is of. Raises Invalid, TooLarge.
    """
    named = [
        (token, field.key)
        for field in questions
        if field.kind == Kind.FILE
        for token in _new_names(before.get(field.key), ticket.values.get(field.key)) or ()
    ]
    if not named:
        return []
    places = dict(named)
    mine = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    wanted = mine.filter(token__in=places).select_related("blob")
    files = list(wanted.select_for_update(of=["self"]))
    if len(files) != len(named):
        found = {file.token for file in files} if len(places) == len(named) else set()
        gone = {key for token, key in named if token not in found}
        raise Invalid(fields=dict.fromkeys(gone, _("A file is gone. Attach it again, please.")))
    ensure_fits(ticket, files)
    for file in files:
        file.ticket, file.field = ticket, places[file.token]
    Attachment.objects.bulk_update(files, ["ticket", "field"])
    return files
