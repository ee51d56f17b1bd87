from django.utils.translation import gettext as _


def field_label(name: str) -> str:
    """Say a field of a ticket in the person's words; a custom field by its key."""
    return {
        "subject": _("Subject"),
        "priority": _("Priority"),
        "category": _("Category"),
        "type": _("Type"),
        "owner": _("Owner"),
        "tags": _("Tags"),
        "language": _("Language"),
        "expected_at": _("Expected solution"),
        "status": _("Status"),
        "department": _("Department"),
        "assignee": _("Processor"),
    }.get(name, name.removeprefix("values."))


def language_label(code: str) -> str:
    """Say a language by its name."""
    return {"en": _("English"), "ru": _("Russian"), "bg": _("Bulgarian")}.get(code, code)
