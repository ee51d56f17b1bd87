from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_LABELS: Final = {
    "subject": gettext_noop("Subject"),
    "priority": gettext_noop("Priority"),
    "category": gettext_noop("Category"),
    "type": gettext_noop("Type"),
    "owner": gettext_noop("Owner"),
    "tags": gettext_noop("Tags"),
    "language": gettext_noop("Language"),
    "expected_at": gettext_noop("Expected solution"),
    "solve_due_at": gettext_noop("Deadline"),
    "status": gettext_noop("Status"),
    "department": gettext_noop("Department"),
    "assignee": gettext_noop("Processor"),
}


def field_label(name: str) -> str:
    """Say a field of a ticket in the person's words; a custom field by its key."""
    known = _LABELS.get(name)
    return _(known) if known else name.removeprefix("values.")
