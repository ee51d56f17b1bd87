"""Reasons, warnings and verdicts in words, for whoever looks at a letter."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _


def reason_words(reason: str) -> str:
    """Say why a letter waits, or why nothing came of it."""
    said = {
        "unreadable": _("Its bytes could not be had."),
        "empty": _("There is nothing in it."),
        "too-large": _("It is larger than letters are read."),
        "too-many-parts": _("It has more parts than letters have."),
        "too-deep": _("Its parts stand in each other deeper than letters do."),
        "headers-too-large": _("Its head is larger than heads are read."),
        "too-many-addresses": _("It names more addresses than letters do."),
        "no-sender": _("It does not say who wrote it."),
        "several-senders": _("It names several senders."),
        "sender-unclear": _("Its sender is not one plain address."),
        "took-too-long": _("Reading it took too long."),
        "took-too-much-memory": _("Reading it took too much memory."),
        "reader-failed": _("Our reader failed on it."),
        "forged": _("The domain of its sender says that it did not send this."),
        "colleague-unproven": _("A colleague's name stands on it, and nothing proves that."),
        "names-a-ticket": _("It names a ticket, and nothing proves that it belongs there."),
        "from-ourselves": _("It bears the address of one of our own mailboxes."),
        "called-spam": _("The server that received it calls it spam."),
        "spam-score": _("The learning filter takes it for spam."),
        "by-rule": _("A rule for its sender says so."),
        "by-hand": _("A colleague decided so."),
        "not-taken": _("The desk did not take it."),
        "failed": _("Something of ours failed on it three times."),
        "auto-reply": _("A machine answered."),
        "bounce": _("A server reports on a letter of ours."),
        "own-loop": _("It is a letter of our own that came back."),
    }
    return said.get(reason, reason)


def warning_words(warnings: Iterable[str]) -> list[str]:
    """Say what a reader should know of a letter; what only programmers need is left out."""
    said = {
        "name-holds-address": _("The name of its sender holds another address than their own."),
        "confusable-name": _("The name of its sender is written so that it looks like another."),
        "confusable-address": _("The address of its sender looks like another one."),
        "bodies-differ": _("Its plain text and its HTML say different things; the HTML is shown."),
        "hidden-text": _("It had text that readers would not see. That was left out."),
        "text-may-be-hidden": _("It has text that not every reader would see."),
        "text-outside-parts": _("Something was written where few programs show it."),
        "text-cut": _("It is very long. The whole is in the raw letter."),
        "signed": _("It is signed. The signature was not checked."),
        "encrypted": _("It is encrypted. Nobody here has read it."),
        "head-broken": _("Its head is broken."),
    }
    return [said[one] for one in warnings if one in said]


def check_words(results: Iterable[dict[str, Any]]) -> list[str]:
    """Say what each check found out about whom: SPF, DKIM, DMARC."""
    said = {
        "pass": _("passed"),
        "fail": _("failed"),
        "softfail": _("failed softly"),
        "policy": _("not enough"),
        "temperror": _("could not be checked"),
        "permerror": _("set up wrongly"),
    }
    return [
        f"{one['method'].upper()}: {said[one['value']]}{_about(one.get('properties', {}))}"
        for one in results
        if one["value"] in said
    ]


def _about(properties: dict[str, str]) -> str:
    names = ("header.from", "header.d", "smtp.mailfrom", "smtp.helo")
    found = next((properties[name] for name in names if properties.get(name)), "")
    return f" ({found.rpartition('@')[2]})" if found else ""


def standing_words(standing: str) -> str:
    """Say whether it is proven who wrote a letter."""
    said = {
        "pass": _("Proven by the sender's domain"),
        "fail": _("Denied by the sender's domain"),
        "temperror": _("Could not be checked"),
    }
    return said.get(standing, _("Not proven"))
