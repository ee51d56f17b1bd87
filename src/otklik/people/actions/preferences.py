"""What a person chooses for their own screen."""

from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.core.richtext import clean_html
from otklik.people.actions.checks import Checks
from otklik.people.models import Account, Actor

LONGEST_SIGNATURE = 5000
MOST_NAMES, LONGEST_NAME = 50, 60


class PreferenceFields(TypedDict, total=False):
    """Choices about one's own screen; a key left out is left as it is."""

    theme: str
    signature: str
    undo_seconds: int
    plays_sound: bool
    shows_pop_ups: bool
    muted_kinds: list[str]
    columns: list[str]


@transaction.atomic
def change_preferences(*, actor: Actor, changes: PreferenceFields) -> Account:
    """Change one's own choices. Raises Invalid."""
    checks = Checks()
    taken: dict[str, object] = {}
    if "theme" in changes:
        taken["theme"] = checks.choice("theme", changes["theme"], Account.Theme.values)
    if "signature" in changes:
        taken["signature"] = clean_html(
            checks.text("signature", changes["signature"], limit=LONGEST_SIGNATURE)
        )
    if "undo_seconds" in changes:
        taken["undo_seconds"] = checks.number(
            "undo_seconds", changes["undo_seconds"], Account.UndoTime.values
        )
    if "plays_sound" in changes:
        taken["plays_sound"] = checks.flag("plays_sound", changes["plays_sound"])
    if "shows_pop_ups" in changes:
        taken["shows_pop_ups"] = checks.flag("shows_pop_ups", changes["shows_pop_ups"])
    if "muted_kinds" in changes:
        taken["muted_kinds"] = _names("muted_kinds", changes["muted_kinds"])
    if "columns" in changes:
        taken["columns"] = _names("columns", changes["columns"])
    checks.finish()

    account = Account.objects.select_for_update().get(pk=actor.account_id)
    for name, value in taken.items():
        setattr(account, name, value)
    account.save(update_fields=list(taken))
    return account


def _names(field: str, names: object) -> list[str]:
    if not isinstance(names, list) or len(names) > MOST_NAMES:
        raise Invalid(fields={field: _("Choose one of the offered values.")})
    if not all(isinstance(name, str) and name.isidentifier() for name in names):
        raise Invalid(fields={field: _("Choose one of the offered values.")})
    if any(len(name) > LONGEST_NAME for name in names):
        raise Invalid(fields={field: _("Choose one of the offered values.")})
    return list(dict.fromkeys(names))
