"""The panel of filters: what it shows of a query, and what it makes of one."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from otklik.core.tests.query_counts import assert_query_count
from otklik.people.models import Person
from otklik.people.tests.factories import Cast, make_desk, make_organization, sign_in
from otklik.tickets.forms.filtering import filtered_query
from otklik.tickets.models import Choice, Field
from otklik.tickets.selectors.controls import Control, Shape, controls_of, panel_of
from otklik.tickets.selectors.query import parse
from otklik.tickets.selectors.spells import DAYS, Spell
from otklik.tickets.selectors.wordbook import wordbook
from otklik.tickets.tests.factories import Configuration, make_field, make_ticket


@pytest.fixture(autouse=True)
def set_up(cast: Cast, made: Configuration) -> None:
    make_desk(languages=["en", "ru", "bg"])
    make_field(kind="choice", key="floor", choices=("one", "two"))


def controls(q: str) -> dict[str, Control]:
    return {one.name: one for one in controls_of(panel_of(q, wordbook()))}


def posted(q: str, **changes: Any) -> QueryDict:
    """Return what the form of a panel sends when only these controls were touched."""
    data = QueryDict(mutable=True)
    for name, one in controls(q).items():
        chosen = [choice.value for choice in one.choices if choice.is_chosen]
        data.setlist(name, chosen if one.choices else [one.typed])
        if one.shape is Shape.TIME:
            data[f"{name}-first"], data[f"{name}-last"] = one.spell.first, one.spell.last
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def after(q: str, **changes: Any) -> str:
    return filtered_query(q, controls(q).values(), posted(q, **changes))


EVERYTHING = [
    "",
    "printer",
    "status:new,pending -type:incident",
    "category:nobody",
    "category:printers,network priority:>=4",
    'requester:"Cy Customer" organization:"Harrow, Whitfield & Co"',
    "creator:me owner:nobody assignee:me,vi",
    "created:<7d updated:2026-11-01..2026-11-22",
    "created:>=2026-11-01 created:<=2026-11-05 updated:<3h",
    "is:overdue is:any has:files is:escalated",
    "is:overdue,open -is:soon has:files,rating",
    "source:email,phone language:bg turn:ours",
    "tag:spam,vip field.floor:two field.floor:one",
    "статус:новая исполнитель:я создана:<7д есть:застряла",
    "sort:-created due:<4h number:IT-1",
    'status: "half',
    "nothing:known",
]


@pytest.mark.parametrize("q", EVERYTHING)
def test_applying_what_was_not_touched_changes_no_query(q: str) -> None:
    assert after(q) == q


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"status": ["new", "pending"]}, "status:new,pending"),
        ({"category": "nobody"}, "category:nobody"),
        ({"source": ["email"]}, "source:email"),
        ({"requester": "Cy Customer"}, 'requester:"Cy Customer"'),
        ({"requester": "cy, vi"}, "requester:cy,vi"),
        ({"organization": "Harrow, Whitfield"}, 'organization:"Harrow, Whitfield"'),
        ({"creator": "me"}, "creator:me"),
        ({"deadline": "overdue"}, "is:overdue"),
        ({"deadline": "stuck"}, "is:stuck"),
        ({"closed-ones": "any"}, "is:any"),
        ({"escalated": ["escalated"]}, "is:escalated"),
        ({"files": ["files"]}, "has:files"),
        ({"tag": "spam, vip "}, "tag:spam,vip"),
        ({"field.floor": "two"}, "field.floor:two"),
        ({"created": "7d"}, "created:<7d"),
        ({"updated": "today"}, "updated:today"),
        ({"created__first": "2026-11-01"}, "created:>=2026-11-01"),
        ({"created__last": "2026-11-05"}, "created:<=2026-11-05"),
        (
            {"created__first": "2026-11-01", "created__last": "2026-11-05"},
            "created:2026-11-01..2026-11-05",
        ),
        ({"updated__first": "2026-11-01", "updated__last": "2026-11-01"}, "updated:2026-11-01"),
    ],
)
def test_each_control_writes_its_condition_and_shows_it_again(
    changes: dict[str, Any], asked: str
) -> None:
    assert after("printer -tag:old", **changes) == f"printer -tag:old {asked}"
    assert parse(asked).filters  # the box understands it
    assert after(asked) == asked
    (name, *_others) = changes
    assert after(asked, **{name.partition("__")[0]: ""}) == ""


def test_a_change_touches_its_own_condition_alone() -> None:
    q = "is:any is:overdue has:files -is:soon status:new words"
    assert after(q, deadline="soon") == "is:any has:files -is:soon status:new words is:soon"
    assert after(q, **{"closed-ones": ""}) == "is:overdue has:files -is:soon status:new words"
    assert after(q, files=[]) == "is:any is:overdue -is:soon status:new words"
    assert after("field.floor:one field.place:2", **{"field.floor": "two"}) == (
        "field.place:2 field.floor:two"
    )


def test_a_name_goes_before_old_days_and_new_days_before_an_old_name() -> None:
    assert after("created:2026-11-01..2026-11-05", created="7d") == "created:<7d"
    assert after("created:2026-11-01..2026-11-05", created="") == ""
    assert after("created:<7d", created__first="2026-11-01") == "created:>=2026-11-01"
    assert after("created:2026-11-01..2026-11-05", created__last="") == "created:>=2026-11-01"
    assert after("created:<3h", created="") == ""


def test_what_stands_in_the_box_in_any_language_is_marked() -> None:
    shown = controls("статус:новая создана:<7д исполнитель:я есть:застряла created:2026-11-02")
    assert [one.value for one in shown["status"].choices if one.is_chosen] == ["new"]
    assert shown["assignee"].typed == "me"
    assert [one.value for one in shown["deadline"].choices if one.is_chosen] == ["stuck"]
    assert controls("created:<7д")["created"].spell == Spell("7d")
    assert controls("created:вчера")["created"].spell == Spell("yesterday")
    assert controls("created:2026-11-02")["created"].spell == Spell(
        DAYS, "2026-11-02", "2026-11-02"
    )
    for odd in ("<5h", "2026-11", "2026-13-45..2026-11-01", "2026-11-01..", ">2026-11-01"):
        assert controls(f"created:{odd}")["created"].spell == Spell(odd)


def test_only_live_questions_with_lists_have_controls() -> None:
    make_field(kind="text", key="cell")
    make_field(kind="checkbox", key="urgent")
    gone = make_field(kind="choice", key="gone", choices=("a",))
    Field.objects.filter(pk=gone.pk).update(is_active=False)
    Choice.objects.filter(key="two").update(is_active=False)
    shown = controls("")
    assert {"field.floor", "field.urgent"} <= set(shown)
    assert not {"field.cell", "field.gone"} & set(shown)
    assert [one.value for one in shown["field.floor"].choices] == ["", "one"]
    assert after("", **{"field.urgent": "yes"}) == "field.urgent:yes"


def test_the_panel_is_a_page_and_a_fragment_and_leads_to_the_list(
    cast: Cast, client: Client
) -> None:
    make_ticket(department=cast.it, requester=cast.cy, has_files=True)
    sign_in(client, cast.ada)
    page = client.get("/queue/filters/", {"q": "has:files"})
    assert b"<html" in page.content
    part = client.get("/queue/filters/", {"q": "has:files"}, headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    assert b'value="files" checked' in part.content
    asked = {"q": "printer", "apply": "1", "files": "files", "deadline": "soon"}
    answer = client.get("/queue/filters/", asked)
    assert answer["Location"] == "/queue/?q=printer+is%3Asoon+has%3Afiles"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"status": ["no-such"]},
        {"created": "sometime"},
        {"created-first": "2026-99-99"},
        {"created-first": "'; DROP TABLE tickets_ticket; --"},
        {"requester": "a\0b"},
        {"requester": '"' * 200},
        {"tag": "," * 500},
        {"tag": "\u202ex" * 900},
        {"field.floor": "{{ 7*7 }}"},
        {"category": "x" * 5000},
    ],
)
def test_odd_answers_are_at_worst_a_query_that_is_refused(
    cast: Cast, client: Client, bad: dict[str, Any]
) -> None:
    sign_in(client, cast.ada)
    answer = client.get("/queue/filters/", {"q": "a", "apply": "1", **bad})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code in (200, 422)


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("requester", "custom", "Cy Customer"),
        ("creator", "cy", "Cy Customer"),
        ("assignee", "ada", "Ada Agent"),
        ("owner", "AGENT", "Ada Agent"),
        ("organization", "harr", "Harrow"),
    ],
)
def test_names_are_suggested_as_one_types(
    cast: Cast, client: Client, name: str, typed: str, found: str
) -> None:
    make_organization(name="Harrow & Whitfield")
    sign_in(client, cast.ada)
    shown = client.get(f"/queue/filters/names/{name}/", {name: typed}).content.decode()
    assert f'<option value="{found}' in shown
    assert client.get(f"/queue/filters/names/{name}/", {name: "zzzz"}).content.strip() == b""
    assert client.get(f"/queue/filters/names/{name}/", {name: "a"}).content.strip() == b""
    for odd in ("\0\0", "%", "x" * 4000, "<script>"):
        assert client.get(f"/queue/filters/names/{name}/", {name: odd}).status_code == 200


def test_customers_are_no_processors(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    shown = client.get("/queue/filters/names/assignee/", {"assignee": "customer"})
    assert shown.content.strip() == b""
    assert Person.objects.filter(surname="Customer").exists()


def test_no_other_name_is_a_filter(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    for name in ("status", "tag", "drop"):
        assert client.get(f"/queue/filters/names/{name}/", {name: "x"}).status_code == 404


@pytest.mark.parametrize("path", ["/queue/filters/", "/queue/filters/names/requester/"])
def test_customers_and_visitors_have_no_panel(cast: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    sign_in(client, cast.cy)
    assert client.get(path, {"requester": "ada"}).status_code == 404


def test_the_button_counts_what_no_menu_shows(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    page = client.get(
        "/queue/", {"q": "status:new has:files created:<7d sort:due"}
    ).content.decode()
    assert "More filters: 2" in page
    plain = client.get("/queue/", {"q": "status:new"}).content.decode()
    assert "More filters<" in plain


def test_the_panel_asks_little(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    client.get("/queue/filters/")
    with assert_query_count("queue, the panel of filters"):
        client.get("/queue/filters/", {"q": "status:new"})
