"""What the forms of the five default types are answered with."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from otklik.shell.demo.lexicon import Language, Scenario, lexicon

Answers = dict[str, Any]

MODULES: Mapping[str, str] = {
    "usage-connectors": "connectors",
    "usage-scenarios": "scenarios",
    "usage-practice": "reports",
    "usage-features": "people",
    "account-access": "people",
    "account-users": "people",
    "account-security": "people",
    "account-subscriptions": "payments",
    "account-payments": "payments",
}
DEVICES: Mapping[str, str] = {
    "printer-blank": "printer",
    "toner": "printer",
    "monitor": "monitor",
    "monitor-flicker": "monitor",
    "scanner": "scanner",
    "scanner-skips": "scanner",
    "no-sound": "accessory",
    "phone": "telephone",
    "phone-dead": "telephone",
    "wifi": "network",
    "wifi-weak": "network",
    "server-disk": "desktop",
    "idea-cables": "accessory",
    "idea-locker": "accessory",
}
NEW_THINGS = frozenset({"new-laptop", "new-workplace", "toner", "idea-cables", "idea-locker"})
TROUBLES: Mapping[str, str] = {
    "air-conditioning": "climate",
    "contractor-pass": "doors",
    "pass": "doors",
    "badge": "doors",
    "lamp": "electricity",
    "light": "electricity",
    "water-leak": "water",
    "leak": "water",
    "move-desks": "furniture",
    "move": "furniture",
}
MATTERS: Mapping[str, str] = {
    "leave": "leave",
    "leave-days": "leave",
    "income-certificate": "certificate",
    "newcomer": "hiring",
    "salary": "pay",
    "payslip": "pay",
}


@cache
def answers(language: Language, scenario: Scenario, variant: int) -> Answers:
    """Return the answers to the form of a scenario, with slots; `variant` turns the wording."""
    values = lexicon(language).values
    match scenario.kind:
        case "programming":
            return _programming(scenario, values, variant)
        case "functional":
            module = MODULES.get(scenario.category, "another")
            more = {"module_name": values["product"]} if module == "another" else {}
            return {"module": module, "goal": _turn(values["goals"], variant), **more}
        case "equipment":
            need = "new" if scenario.key in NEW_THINGS else "repair"
            device = DEVICES.get(scenario.key, "laptop")
            found = {"inventory_number": "{inv}"} if need == "repair" else {}
            return {"need": need, "device": device, "place": values["place"], **found}
        case "facility":
            trouble = TROUBLES.get(scenario.key, "something-else")
            return {"trouble": trouble, "building": values["building"], "room": "{room}"}
        case _:
            return _staff_matter(scenario, values)


def _programming(scenario: Scenario, values: dict[str, Any], variant: int) -> Answers:
    known = {"product": values["product"], "product_version": "{version}"}
    if scenario.category.startswith("improvement"):
        return {"work": "feature", "benefit": _turn(values["goals"], variant), **known}
    return {"work": "error", "steps": _turn(values["steps"], variant), **known}


def _staff_matter(scenario: Scenario, values: dict[str, Any]) -> Answers:
    matter = MATTERS.get(scenario.key, "question")
    more: Answers = {}
    if matter == "leave":
        more = {"from_date": "{isodate}", "days": 10}
    elif matter == "certificate":
        more = {"certificates": ["income"]}
    elif matter == "hiring":
        more = {"vacancy": values["vacancy"]}
    return {"matter": matter, **more}


def _turn(options: list[str], variant: int) -> str:
    return options[variant % len(options)]
