"""The administrator's pages as a person uses them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otklik.people.models import Person
from otklik.people.tests.factories import Cast, make_desk, sign_in
from otklik.tickets.actions.configuring.categories import add_category, change_category
from otklik.tickets.models import (
    Category,
    Choice,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Priority,
    Status,
    TicketType,
    Transition,
)
from otklik.tickets.tests.factories import Configuration
from otklik.tickets.tests.stored import make_stored_ticket

pytestmark = pytest.mark.django_db

NAMES = {"names_en": "Something", "names_ru": "Нечто", "names_bg": "Нещо"}


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.root)
    return client


def pages() -> list[str]:
    """Return the address of every page that is only looked at."""
    status, way = Status.objects.all()[0], Transition.objects.all()[0]
    row = {
        "setup_type": TicketType.objects.all()[0].pk,
        "setup_question": FormField.objects.filter(shown_when=None)[0].pk,
        "setup_field": Field.objects.get(key="device").pk,
        "setup_choice": Choice.objects.filter(parent=None)[0].pk,
        "setup_category": Category.objects.filter(parent=None)[0].pk,
        "setup_flow": status.flow_id,
        "setup_flow_statuses": status.flow_id,
        "setup_status": status.pk,
        "setup_priority": 3,
    }
    alone = ["setup_types", "setup_new_type", "setup_fields", "setup_new_field"]
    alone += ["setup_categories", "setup_flows", "setup_priorities", "setup_history"]
    return [
        *(reverse(name) for name in alone),
        *(reverse(name, args=[key]) for name, key in row.items()),
        reverse("setup_step", args=[way.source_id, way.target_id]),
    ]


def test_every_page_opens_for_the_administrator_in_every_language(
    admin: Client, cast: Cast, made: Configuration
) -> None:
    change_category(actor=cast.root, category_id=made.categories["usage"].pk, names={"en": "Use"})
    for language in ("en", "ru", "bg"):
        for address in pages():
            answer = admin.get(address, headers={"accept-language": language})
            assert answer.status_code == 200, address


@pytest.mark.parametrize("name", ["ada", "vi", "cora", "sam", "cy"])
def test_nobody_else_learns_that_these_pages_exist(
    name: str, client: Client, cast: Cast, made: Configuration
) -> None:
    sign_in(client, getattr(cast, name))
    for address in pages():
        assert client.get(address).status_code == 404, address
        assert client.post(address, NAMES).status_code in (404, 405), address
    assert not ConfigurationChange.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client: Client, made: Configuration) -> None:
    for address in pages():
        assert client.get(address).status_code == 302, address


def test_nothing_is_changed_by_looking(admin: Client, made: Configuration) -> None:
    type_, status = made.types["hr"].pk, made.statuses["new"].pk
    for name, key in [
        ("setup_type_removal", type_),
        ("setup_type_place", type_),
        ("setup_type_questions", type_),
        ("setup_status_first", status),
        ("setup_status_tickets", status),
        ("setup_flow_default", made.flow.pk),
        ("setup_history_undo", 1),
    ]:
        assert admin.get(reverse(name, args=[key])).status_code == 405


def test_a_category_is_added_changed_moved_hidden_and_deleted(admin: Client) -> None:
    home = reverse("setup_categories")
    admin.post(home, NAMES)
    one = Category.objects.get()
    assert one.names == {"en": "Something", "ru": "Нечто", "bg": "Нещо"}
    admin.post(home, {"names_en": "Second", "under": ""})
    two = Category.objects.get(key="second")
    admin.post(reverse("setup_category_place", args=[two.pk]), {"direction": "in"})
    two.refresh_from_db()
    assert two.parent == one
    admin.post(reverse("setup_category_place", args=[two.pk]), {"parent": "", "index": "0"})
    assert list(Category.objects.all()) == [two, one]
    admin.post(reverse("setup_category", args=[two.pk]), {"names_en": "Other"})
    two.refresh_from_db()
    assert (two.label, two.is_active) == ("Other", False)
    admin.post(reverse("setup_category_removal", args=[two.pk]))
    assert list(Category.objects.all()) == [one]


def test_a_change_is_said_and_undone_from_the_page(admin: Client, made: Configuration) -> None:
    category = made.categories["other-training"]
    answer = admin.post(reverse("setup_category_removal", args=[category.pk]), follow=True)
    text = answer.content.decode()
    assert "Category “Requests for training”: deleted" in text

    undo = re.search(r'action="(/setup/history/\d+/undo/)"', text)
    assert undo
    back = admin.post(undo[1], {"back": reverse("setup_categories")})
    assert back.headers["Location"].startswith(reverse("setup_categories"))
    assert Category.objects.filter(pk=category.pk).exists()
    for elsewhere in ("https://example.com/", "//example.com/setup/", "/queue/", ""):
        back = admin.post(undo[1], {"back": elsewhere})
        assert back.headers["Location"].startswith(reverse("setup_history"))


def test_a_refusal_says_why_and_keeps_what_was_typed(admin: Client, made: Configuration) -> None:
    answer = admin.post(reverse("setup_categories"), {"names_ru": "<b>" + "я" * 90})
    assert answer.status_code == 422
    assert "&lt;b&gt;яяя" in answer.content.decode()

    answer = admin.post(reverse("setup_category_removal", args=[made.categories["usage"].pk]))
    assert answer.status_code == 409
    assert "Move them first" in answer.content.decode()
    answer = admin.post(reverse("setup_flow_removal", args=[made.flow.pk]))
    assert answer.status_code == 409


def test_a_question_goes_on_a_form_and_shows_in_the_preview(
    admin: Client, made: Configuration
) -> None:
    kind = made.types["hr"]
    home = reverse("setup_type", args=[kind.pk])
    new = reverse("setup_new_field")
    admin.post(new, {**NAMES, "kind": "text", "is_active": "on", "type": str(kind.pk)})
    asked = kind.form.get(field__key="something")
    admin.post(
        reverse("setup_question", args=[asked.pk]),
        {"is_required": "on", "customer": "edits", "condition": "matter=leave"},
    )
    asked.refresh_from_db()
    assert (asked.is_required, asked.shown_when, asked.shown_value) == (
        True,
        Field.objects.get(key="matter"),
        "leave",
    )
    text = admin.get(home).content.decode()
    assert "if “What do you need?” is “Leave”" in text
    assert 'name="values.something"' in text
    preview = text[text.index("data-preview") :]
    places = [preview.index(one) for one in ("In a few words", "Tell us more", "values.something")]
    assert places == sorted(places)

    admin.post(reverse("setup_question_place", args=[asked.pk]), {"direction": "up"})
    admin.post(reverse("setup_question_place", args=[asked.pk]), {"index": "0"})
    assert kind.form.all()[0] == asked
    admin.post(reverse("setup_question_removal", args=[asked.pk]))
    assert not kind.form.filter(pk=asked.pk).exists()
    field = Field.objects.get(key="something")
    admin.post(reverse("setup_type_questions", args=[kind.pk]), {"field": str(field.pk)})
    assert kind.form.filter(field=field).exists()
    assert admin.post(reverse("setup_field_removal", args=[field.pk])).status_code == 409


def test_a_list_gets_its_answers_before_it_is_asked(admin: Client, made: Configuration) -> None:
    kind = made.types["hr"]
    answer = admin.post(reverse("setup_new_field"), {**NAMES, "kind": "tree", "type": str(kind.pk)})
    field = Field.objects.get(key="something")
    assert answer.headers["Location"] == f"/setup/fields/{field.pk}/?type={kind.pk}#answers"
    add = reverse("setup_field_choices", args=[field.pk])
    admin.post(add, {"names_en": "Trunk"})
    trunk = field.choices.get()
    admin.post(add, {"names_en": "Twig", "under": str(trunk.pk)})
    twig = field.choices.get(key="twig")
    assert twig.parent == trunk
    admin.post(reverse("setup_choice", args=[twig.pk]), {"names_en": "Branch", "is_active": "on"})
    admin.post(reverse("setup_choice_place", args=[twig.pk]), {"direction": "out"})
    admin.post(reverse("setup_choice_place", args=[twig.pk]), {"index": "0"})
    assert [one.label for one in field.choices.all()] == ["Branch", "Trunk"]
    admin.post(reverse("setup_choice_removal", args=[trunk.pk]))
    assert [one.label for one in field.choices.all()] == ["Branch"]
    for address in (add, reverse("setup_choice", args=[twig.pk])):
        assert admin.post(address, {"names_en": ""}).status_code == 422


def test_a_type_is_added_changed_moved_and_deleted(
    admin: Client, cast: Cast, made: Configuration
) -> None:
    flow = str(made.flow.pk)
    admin.post(reverse("setup_new_type"), {**NAMES, "flow": flow, "is_active": "on"})
    kind = TicketType.objects.get(key="something")
    assert (kind.is_active, kind.is_public) == (True, False)
    admin.post(reverse("setup_type_place", args=[kind.pk]), {"direction": "up"})
    assert list(TicketType.objects.all())[-2] == kind
    admin.post(
        reverse("setup_type", args=[kind.pk]),
        {**NAMES, "flow": flow, "department": str(cast.it.pk), "hints_bg": "Подсказка"},
    )
    kind.refresh_from_db()
    assert (kind.department, kind.hints, kind.is_active) == (cast.it, {"bg": "Подсказка"}, False)
    bad = admin.post(reverse("setup_type", args=[kind.pk]), {**NAMES, "flow": "99999999"})
    assert bad.status_code == 422
    admin.post(reverse("setup_type_removal", args=[kind.pk]))
    assert not TicketType.objects.filter(pk=kind.pk).exists()


def test_a_flow_is_built_on_its_page(admin: Client, made: Configuration) -> None:
    admin.post(reverse("setup_flows"), {"names_en": "Repairs", "like": ""})
    flow = Flow.objects.get(names__en="Repairs")
    home = reverse("setup_flow", args=[flow.pk])
    field = Field.objects.get(key="steps")
    admin.post(
        reverse("setup_flow_statuses", args=[flow.pk]),
        {
            "names_en": "Awaits",
            "phase": "resolved",
            "limit": "3",
            "unit": "days",
            "required_fields": [str(field.pk)],
        },
    )
    new, closed, awaits = flow.statuses.all()
    step = reverse("setup_step", args=[new.pk, awaits.pk])
    admin.post(step, {"staff": "coordinator", "demands_note": "on", "names_en": "Hand over"})
    text = admin.get(home).content.decode()
    assert (
        "Coordinators and supervisors may move it from “New” to “Awaits”. "
        "Needed: a note for colleagues, an answer to “Steps to reproduce”." in text
    )
    assert "at most 72 h" in text
    assert text.count('class="arc"') == 2
    admin.post(step, {"staff": ""})
    assert not Transition.objects.filter(source=new, target=awaits).exists()
    admin.post(reverse("setup_status_place", args=[awaits.pk]), {"direction": "up"})
    assert [one.key for one in flow.statuses.all()] == ["new", "awaits", "closed"]
    assert admin.post(reverse("setup_status_first", args=[awaits.pk])).status_code == 409
    admin.post(
        reverse("setup_status", args=[awaits.pk]), {"names_en": "Waits", "phase": "progress"}
    )
    admin.post(reverse("setup_status_first", args=[awaits.pk]))
    admin.post(reverse("setup_status_removal", args=[new.pk]))
    assert [one.label for one in flow.statuses.all()] == ["Waits", "Closed"]
    admin.post(home, {"names_en": "Mending"})
    admin.post(reverse("setup_flow_default", args=[flow.pk]))
    flow.refresh_from_db()
    assert (flow.label, flow.is_default) == ("Mending", True)
    admin.post(reverse("setup_flow_default", args=[made.flow.pk]))
    admin.post(reverse("setup_flow_removal", args=[flow.pk]))
    assert list(Flow.objects.all()) == [made.flow]
    assert closed.pk


def test_a_stage_that_needs_what_no_form_asks_is_pointed_out(
    admin: Client, made: Configuration
) -> None:
    made.statuses["resolved"].required_fields.add(Field.objects.get(key="steps"))
    text = admin.get(reverse("setup_flow", args=[made.flow.pk])).content.decode()
    assert "Forms that do not ask it: Functional, Equipment, Facility, HR." in text


def test_a_step_that_cannot_be_is_not_there(admin: Client, made: Configuration) -> None:
    new = made.statuses["new"].pk
    assert admin.get(reverse("setup_step", args=[new, new])).status_code == 404
    bad = reverse("setup_step", args=[new, made.statuses["assigned"].pk])
    assert admin.post(bad, {"customer": "on"}).status_code == 422


def test_tickets_are_moved_out_of_a_status(admin: Client, cast: Cast, made: Configuration) -> None:
    ticket = make_stored_ticket(cast, made)
    new, progress = made.statuses["new"], made.statuses["progress"]
    address = reverse("setup_status_tickets", args=[new.pk])

    text = admin.get(reverse("setup_status", args=[new.pk])).content.decode()
    assert "1 ticket stands here" in text
    assert admin.post(address, {"target": str(made.statuses["assigned"].pk)}).status_code == 409
    assert admin.post(address, {"target": "no"}).status_code == 422
    admin.post(address, {"target": str(progress.pk)})

    ticket.refresh_from_db()
    assert (ticket.status, ticket.phase) == (progress, "progress")
    assert ticket.history.values_list("new__names__en", flat=True).get() == "In progress"


def test_promises_are_set_in_words(admin: Client, made: Configuration) -> None:
    address = reverse("setup_priority", args=[5])
    promise = {"reply": "90", "reply_unit": "minutes", "solve": "5", "solve_unit": "days"}
    admin.post(address, {**NAMES, **promise})
    text = admin.get(reverse("setup_priorities")).content.decode()
    assert "answer within 90 min, solution within 5 d" in text
    assert 'value="90"' in admin.get(address).content.decode()
    assert Priority.objects.get(pk=5).label == "Something"
    for wrong in ({"reply": "9", "reply_unit": "days"}, {"solve": "-1"}, {"solve_unit": "years"}):
        assert admin.post(address, {**NAMES, **promise, **wrong}).status_code == 422
    assert admin.get(reverse("setup_priority", args=[6])).status_code == 404


def test_the_history_says_everything_in_words(admin: Client, made: Configuration) -> None:
    category = made.categories["usage-limits"]
    admin.post(
        reverse("setup_category", args=[category.pk]), {"names_en": "Borders", "names_ru": "x"}
    )
    admin.post(reverse("setup_category_place", args=[category.pk]), {"direction": "out"})
    kind = made.types["hr"]
    admin.post(
        reverse("setup_type", args=[kind.pk]),
        {"names_en": "HR", "names_ru": "Кадры", "flow": str(kind.flow_id), "is_active": "on"},
    )
    status = made.statuses["pending"]
    admin.post(
        reverse("setup_status", args=[status.pk]),
        {
            "names_en": "Pending",
            "phase": "pending",
            "limit": "7",
            "unit": "days",
            "required_fields": [str(Field.objects.get(key="steps").pk)],
        },
    )
    step = reverse("setup_step", args=[made.statuses["new"].pk, made.statuses["closed"].pk])
    admin.post(step, {"staff": "agent", "customer": "on"})

    text = re.sub(r"<[^>]+>", "", admin.get(reverse("setup_history")).content.decode())
    for words in (
        "Category “Borders”: changed",
        "Name (en): Limits and compatibility → Borders",
        "Offered: yes → no",
        "Stands under: Questions about use → —",
        "Customers may choose it: yes → no",
        "At most: — → 168 h",
        "Answers needed: — → Steps to reproduce",
        "Step “New → Closed”: changed",
        "Who may: Customer, Coordinator, Supervisor → Customer, Agent, Coordinator, Supervisor",
    ):
        assert words in text, words
    only = admin.get(reverse("setup_history"), {"noun": "step"}).content.decode()
    assert "Borders" in only
    only = admin.get(reverse("setup_history"), {"noun": "transition"}).content.decode()
    assert "Borders" not in only


def test_the_record_calls_the_answer_of_a_condition_by_its_name(
    admin: Client, made: Configuration
) -> None:
    asked = FormField.objects.exclude(shown_when=None).select_related("shown_when", "type")[0]
    waited = asked.shown_when
    assert waited
    first, second = waited.choices.all()[:2]
    for condition in ("", f"{waited.key}={first.key}", f"{waited.key}={second.key}"):
        page = reverse("setup_question", args=[asked.pk])
        admin.post(page, {"customer": "edits", "condition": condition})

    text = re.sub(r"<[^>]+>", "", admin.get(reverse("setup_history")).content.decode())
    assert f"… is: {first.label} → {second.label}" in text
    assert f"Shown when: — → {waited.label}… is: — → {first.label}" in text


@pytest.mark.parametrize("language", ["en", "ru", "bg"])
def test_the_drawing_shows_the_first_statuses_uncut(
    admin: Client, cast: Cast, made: Configuration, language: str
) -> None:
    Person.objects.filter(pk=cast.root.person_id).update(language=language)
    page = admin.get(reverse("setup_flow", args=[Flow.objects.get().pk])).content.decode()
    drawn = re.findall(r"<text[^>]*>([^<]+)</text>", page)
    assert drawn == [status.names[language] for status in Flow.objects.get().statuses.all()]


def test_a_status_named_in_one_language_says_its_limit_without_a_dot_before_it(
    admin: Client, made: Configuration
) -> None:
    status = made.statuses["pending"]
    Status.objects.filter(pk=status.pk).update(names={"en": "P"}, time_limit=timedelta(hours=1))
    page = admin.get(reverse("setup_flow", args=[status.flow_id])).content.decode()
    assert re.search(r"<small[^>]*>\s*at most", page)


def test_only_the_newest_change_of_a_thing_offers_its_undo(admin: Client, cast: Cast) -> None:
    category = add_category(actor=cast.root, names={"en": "One"})
    change_category(actor=cast.root, category_id=category.pk, names={"en": "Two"})
    history = reverse("setup_history")
    assert admin.get(history).content.decode().count("/undo/") == 1

    old = ConfigurationChange.objects.order_by("pk")[0]
    answer = admin.post(reverse("setup_history_undo", args=[old.pk]))
    assert answer.status_code == 409
    assert "Undo that first" in answer.content.decode()


def test_a_long_history_has_pages(admin: Client, cast: Cast) -> None:
    for number in range(60):
        add_category(actor=cast.root, names={"en": f"C{number}"})
    history = reverse("setup_history")
    assert "1 / 2" in admin.get(history).content.decode()
    assert "“C0”" in admin.get(history, {"page": "2"}).content.decode()
    for odd in ("0", "99", "x", "-1", "\0"):
        assert admin.get(history, {"page": odd, "noun": odd}).status_code == 200


@pytest.mark.parametrize("name", ["types", "type", "fields", "categories", "flow", "flows"])
def test_a_larger_configuration_costs_no_more_queries(
    name: str, admin: Client, cast: Cast, made: Configuration
) -> None:
    keys = {"type": [made.types["programming"].pk], "flow": [made.flow.pk]}
    address = reverse(f"setup_{name}", args=keys.get(name))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(address).status_code == 200
        return len(queries)

    def grow(number: int) -> None:
        add_category(actor=cast.root, names={"en": f"C{number}"})
        field = Field.objects.create(key=f"f{number}", kind="choice", names={"en": "F"})
        Choice.objects.create(field=field, key="a", names={"en": "A"})
        FormField.objects.create(type=made.types["programming"], field=field, position=20)
        made.statuses["resolved"].required_fields.add(field)
        TicketType.objects.create(key=f"t{number}", names={"en": "T"}, flow=made.flow)
        Flow.objects.create(names={"en": "F"})

    grow(0)
    before = cost()
    for number in range(1, 6):
        grow(number)
    assert cost() == before


@pytest.mark.parametrize("text", ["\0", "\u202eevil", "<script>", "{{ 7*7 }}", "' OR 1=1 --"])
def test_hostile_words_are_refused_or_shown_as_text(text: str, admin: Client) -> None:
    answer = admin.post(reverse("setup_categories"), {"names_en": text}, follow=True)
    assert answer.status_code in (200, 422)
    page = answer.content.decode()
    assert "<script>" not in page.replace('<script src="', "").replace('<script type="module"', "")
    assert "\u202e" not in page or answer.status_code == 422


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "\0", "١"])
def test_numbers_that_are_none_are_refused_in_words(
    value: str, admin: Client, made: Configuration
) -> None:
    category = made.categories["usage"].pk
    for name, key, field in [
        ("setup_category_place", category, "parent"),
        ("setup_category_place", category, "direction"),
        ("setup_type_questions", made.types["hr"].pk, "field"),
        ("setup_status_tickets", made.statuses["new"].pk, "target"),
        ("setup_category", category, "shown"),
    ]:
        answer = admin.post(reverse(name, args=[key]), {field: value})
        assert answer.status_code in (302, 404, 409, 422), (name, answer.status_code)
    assert (
        admin.get(reverse("setup_categories"), {"done": value, "under": value}).status_code == 200
    )


def test_a_question_is_changed_on_its_page(admin: Client, made: Configuration) -> None:
    field = Field.objects.get(key="days")
    address = reverse("setup_field", args=[field.pk])
    admin.post(address, {**NAMES, "kind": "number", "hints_ru": "Сколько"})
    field.refresh_from_db()
    assert (field.label, field.hints, field.is_active) == ("Something", {"ru": "Сколько"}, False)
    assert admin.post(address, {"kind": "number"}).status_code == 422
    assert admin.post(reverse("setup_new_field"), {"kind": "text"}).status_code == 422
    asked = FormField.objects.get(field=field)
    bad = {"customer": "edits", "condition": "ghost=1"}
    assert admin.post(reverse("setup_question", args=[asked.pk]), bad).status_code == 422
    admin.post(reverse("setup_field_removal", args=[Field.objects.create(key="x", kind="text").pk]))
    assert not Field.objects.filter(key="x").exists()


def test_a_condition_may_wait_for_a_yes(admin: Client, made: Configuration) -> None:
    asked = FormField.objects.get(field__key="visit")
    address = reverse("setup_question", args=[asked.pk])
    assert "It is dangerous for people: Yes" in admin.get(address).content.decode()
    admin.post(address, {"customer": "edits", "condition": "danger=no"})
    text = admin.get(reverse("setup_type", args=[asked.type_id])).content.decode()
    assert "if “It is dangerous for people” is “No”" in text


def test_a_flow_and_a_status_without_a_name_are_refused(admin: Client, made: Configuration) -> None:
    flow = reverse("setup_flow", args=[made.flow.pk])
    status = reverse("setup_status", args=[made.statuses["pending"].pk])
    assert admin.post(flow, {}).status_code == 422
    assert admin.post(reverse("setup_flows"), {}).status_code == 422
    assert admin.post(status, {"phase": "pending"}).status_code == 422
    supervisors = {"staff": "supervisor", "names_en": "Push"}
    step = reverse("setup_step", args=[made.statuses["closed"].pk, made.statuses["new"].pk])
    admin.post(step, supervisors)
    assert "Supervisors may move it from “Closed” to “New”." in admin.get(flow).content.decode()
    assert str(ConfigurationChange.objects.all()[0]).endswith("added")


def test_things_are_named_in_the_offered_languages_and_keep_their_other_names(
    admin: Client, made: Configuration
) -> None:
    make_desk(languages=["ru", "en"])
    priority = Priority.objects.get(level=3)
    address = reverse("setup_priority", args=[3])
    page = admin.get(address).text
    assert page.index('name="names_ru"') < page.index('name="names_en"')
    kept = str(priority.names["bg"])
    assert f'<input type="hidden" name="names_bg" value="{kept}"' in page
    assert kept not in re.sub(r"<input[^>]*>", "", page)

    values = {"names_ru": "Иное", "names_en": "Other", "names_bg": kept}
    times = {"reply": 1, "reply_unit": "days", "solve": 2, "solve_unit": "days"}
    assert admin.post(address, values | times).status_code == 302
    priority.refresh_from_db()
    assert priority.names == {"ru": "Иное", "en": "Other", "bg": kept}


def test_a_missing_name_is_asked_for_in_a_language_that_is_seen(admin: Client) -> None:
    make_desk(languages=["bg"])
    address = reverse("setup_categories")
    refused = admin.post(address, {"names_en": "", "names_ru": "", "names_bg": ""})
    assert refused.status_code == 422
    box, _sign, after = refused.text.partition('name="names_bg"')[2].partition(">")
    assert 'aria-invalid="true"' in box
    assert after.lstrip().startswith('<p class="fault">')
