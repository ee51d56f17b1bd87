"""The set-up changed over the API: as on the pages, on the same record, by administrators alone."""

from typing import Any

import pytest

from otklik.people.models import Account
from otklik.people.tests.factories import Cast, make_organization
from otklik.people.tests.program import Program
from otklik.tickets.models import Category, ConfigurationChange, Priority, TicketType
from otklik.tickets.tests.factories import make_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]

ROOT = "/configuration"
LISTS = ("types", "fields", "categories", "priorities", "flows", "changes")


@pytest.fixture
def root(cast: Cast) -> Program:
    return Program(cast.root)


def names(text: str) -> dict[str, Any]:
    return {"names": {"en": text}}


def made(program: Program, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = program.post(f"{ROOT}{path}", body)
    assert answer.status_code == 201, answer.content
    assert answer["ETag"]
    found: dict[str, Any] = answer.json()
    return found


def count() -> int:
    return ConfigurationChange.objects.count()


def test_a_whole_kind_of_request_is_set_up_by_a_program(cast: Cast, root: Program) -> None:
    flow = made(root, "/flows", names("Repairs"))
    new, closed = flow["statuses"]
    work = made(root, f"/flows/{flow['id']}/statuses", {**names("In work"), "phase": "progress"})
    for source, target in ((new, work), (work, closed)):
        step = {"staff": "agent", "demands_note": target is closed}
        answer = root.send("PUT", f"{ROOT}/statuses/{source['id']}/steps/{target['id']}", step)
        assert answer.status_code == 200, answer.content
    ways = {(one["source"], one["target"]): one for one in answer.json()["steps"]}
    assert ways[work["id"], closed["id"]]["demands_note"]
    assert ways[new["id"], work["id"]]["allowed"] == ["agent", "coordinator", "supervisor"]

    field = made(root, "/fields", {**names("Floor"), "kind": "tree"})
    house = made(root, f"/fields/{field['id']}/choices", names("House"))
    made(root, f"/fields/{field['id']}/choices", {**names("First"), "parent": house["id"]})
    kind = made(root, "/types", {**names("Repair"), "flow": flow["id"], "department": cast.it.pk})
    asked = f"{ROOT}/types/{kind['id']}/questions/{field['id']}"
    put = root.send("PUT", asked, {"is_required": True, "customer": "edits"})
    assert put.json()["questions"][0]["is_required"]
    assert not root.send("PUT", asked, {}).json()["questions"][0]["is_required"]

    seen = Program(cast.cy).get(f"/types/{kind['key']}").json()
    assert [one["key"] for one in seen["fields"]] == [field["key"]]
    assert len(seen["fields"][0]["options"]) == 2
    assert root.send("DELETE", asked).status_code == 204
    assert root.send("DELETE", asked).status_code == 204
    for path in (f"/types/{kind['id']}", f"/fields/{field['id']}", f"/flows/{flow['id']}"):
        assert root.send("DELETE", f"{ROOT}{path}").status_code == 204
        assert root.get(f"{ROOT}{path}").status_code == 404


def test_a_change_is_on_the_record_of_the_pages_and_can_be_undone(root: Program) -> None:
    category = made(root, "/categories", names("Lamps"))
    path = f"{ROOT}/categories/{category['id']}"
    assert root.patch(path, {"is_active": False}).json()["is_active"] is False
    change, added = root.get(f"{ROOT}/changes").json()["items"][:2]
    assert (change["noun"], change["verb"], change["row"]) == (
        "category",
        "changed",
        category["id"],
    )
    assert (added["verb"], added["actor"]) == ("added", "Root Chief")

    undone = root.post(f"{ROOT}/changes/{change['id']}/undoing")
    assert undone.json()["is_undone"]
    assert root.get(path).json()["is_active"] is True
    assert root.post(f"{ROOT}/changes/{change['id']}/undoing").status_code == 200
    assert root.post(f"{ROOT}/changes/{added['id']}/undoing").status_code == 409
    assert root.post(f"{ROOT}/changes/{10**9}/undoing").status_code == 404


def test_changes_come_in_pages(root: Program) -> None:
    for number in range(3):
        made(root, "/categories", names(f"Lamps {number}"))
    first = root.client.get("/api/v1/configuration/changes?limit=2", headers=root.headers).json()
    after = f"/api/v1/configuration/changes?limit=2&cursor={first['next']}"
    rest = root.client.get(after, headers=root.headers).json()
    seen = [one["id"] for one in [*first["items"], *rest["items"]]]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) >= 3


def test_what_is_left_out_stays_and_nothing_is_recorded_for_nothing(root: Program) -> None:
    top = made(root, "/categories", {"names": {"en": "Lamps", "ru": "Лампы"}})
    other = made(root, "/categories", names("Light"))
    path = f"{ROOT}/categories/{top['id']}"
    before = count()
    assert root.patch(path, {}).json() == top
    assert count() == before
    moved = root.patch(path, {"parent": other["id"]}).json()
    assert moved == top | {"parent": other["id"]}
    assert root.patch(path, {"parent": top["id"]}).status_code == 422
    level = root.get(f"{ROOT}/priorities/4").json()
    changed = root.patch(f"{ROOT}/priorities/4", {"reply_within_seconds": 60}).json()
    assert changed == level | {"reply_within_seconds": 60}
    assert Priority.objects.get(pk=4).reply_within.total_seconds() == 60


def test_a_change_from_an_older_state_is_refused(cast: Cast, root: Program) -> None:
    category = made(root, "/categories", names("Lamps"))
    path = f"{ROOT}/categories/{category['id']}"
    tag = root.get(path)["ETag"]
    assert root.patch(path, names("Lights"), {"If-Match": tag}).status_code == 200
    late = root.patch(path, names("Bulbs"), {"If-Match": tag})
    assert (late.status_code, late.json()["status"]) == (412, 412)
    assert root.patch(path, names("Bulbs"), {"If-Match": "*"}).status_code == 200
    assert Category.objects.get(pk=category["id"]).names == {"en": "Bulbs"}


def test_departments_organizations_and_views_have_their_tags_too(cast: Cast, root: Program) -> None:
    acme = make_organization(name="Acme")
    view = root.post("/views", {"name": "Mine", "query": "is:open"}).json()
    for path, change, other in (
        (f"/organizations/{acme.pk}", {"products": "Lamps"}, {"products": "Bulbs"}),
        (f"/departments/{cast.it.pk}", {"is_public": False}, {"is_public": True}),
        (f"/views/{view['id']}", {"name": "Ours"}, {"name": "Theirs"}),
    ):
        read = root.get(path)
        same = root.patch(path, change, {"If-Match": f'"no", {read["ETag"]}'})
        assert same.status_code == 200, (path, same.content)
        assert same["ETag"] == root.get(path)["ETag"] != read["ETag"]
        assert root.patch(path, other, {"If-Match": read["ETag"]}).status_code == 412, path


def test_the_same_write_sent_twice_is_done_once(cast: Cast, root: Program) -> None:
    key = {"Idempotency-Key": "lamps-1"}
    first = root.post(f"{ROOT}/categories", names("Lamps"), key)
    again = root.post(f"{ROOT}/categories", names("Lamps"), key)
    assert first.json() == again.json()
    assert Category.objects.filter(names__en="Lamps").count() == 1
    Account.objects.filter(pk=cast.root.account_id).update(is_administrator=False)
    assert root.post(f"{ROOT}/categories", names("Lamps"), key).status_code in (403, 404)


def test_only_administrators_with_the_scope_come_here(cast: Cast) -> None:
    for name, actor in cast.everyone.items():
        program = Program(actor)
        expected = {"root": 200, "cy": 404}.get(name, 403)
        for path in LISTS:
            assert program.get(f"{ROOT}/{path}").status_code == expected, (name, path)
        written = program.post(f"{ROOT}/categories", names(f"Lamps of {name}"))
        assert written.status_code == {"root": 201, "cy": 404}.get(name, 403), name
    reader = Program(cast.root, "tickets:read", "tickets:write", "people:write")
    assert reader.get(f"{ROOT}/types").status_code == 200
    before = count()
    assert reader.post(f"{ROOT}/categories", names("Lamps")).status_code == 403
    assert reader.patch(f"{ROOT}/priorities/4", {"reply_within_seconds": 60}).status_code == 403
    assert count() == before
    writer = Program(cast.root, "configuration:write")
    assert writer.post(f"{ROOT}/categories", names("Lamps")).status_code == 201
    assert writer.get(f"{ROOT}/types").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/categories", {"names": {}}, "names.en"),
        ("POST", "/categories", {"names": {"en": "a" * 81}}, "names.en"),
        ("POST", "/categories", {"names": {"de": "Lampen"}}, "names.de"),
        ("POST", "/categories", {**names("Lamps"), "parent": 10**9}, ""),
        ("POST", "/types", {**names("Lamps"), "flow": 10**9}, "flow"),
        ("POST", "/types", {**names("Lamps"), "flow": 1, "department": 10**9}, "department"),
        ("POST", "/fields", {**names("Lamps"), "kind": "lamp"}, "kind"),
        ("PATCH", "/priorities/4", {"reply_within_seconds": 10**9}, "reply_within_seconds"),
        ("PATCH", "/priorities/4", {"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_value_is_named(
    root: Program, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    before = count()
    answer = root.send(method, f"{ROOT}{path}", body)
    assert answer.status_code == 422, answer.content
    wrong = [one["field"] for one in answer.json()["errors"]]
    assert not field or any(one.endswith(field) for one in wrong), wrong
    assert count() == before


def test_what_tickets_use_stays(cast: Cast, root: Program) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    kind = TicketType.objects.get(pk=ticket.type_id)
    other = made(root, "/flows", names("Other"))
    path = f"{ROOT}/types/{kind.pk}"
    assert root.send("DELETE", path).status_code == 409
    assert root.patch(path, {"flow": other["id"]}).status_code == 409
    assert root.send("DELETE", f"{ROOT}/flows/{kind.flow_id}").status_code == 409
    assert root.send("DELETE", f"{ROOT}/statuses/{ticket.status_id}").status_code == 409
    status = root.patch(f"{ROOT}/statuses/{ticket.status_id}", {"time_limit_seconds": 3600})
    assert status.json()["time_limit_seconds"] == 3600
