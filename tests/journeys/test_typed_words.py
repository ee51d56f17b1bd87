"""What was typed comes back whole, once, and to nothing else."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from tests.journeys.windows import PASTE_PICTURE, Window

from otklik.core.files.receive import keep_content
from otklik.tickets.actions import Words, keep_draft, keep_upload
from otklik.tickets.models import Attachment, Draft, Ticket, TicketType, TypicalProblem
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field, make_type

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_undo"),
]

LINE = b"first line"
TEXT = {"mimeType": "text/plain", "buffer": LINE}
KEPT = "words => Object.values(localStorage).some(kept => kept.includes(words))"


@pytest.fixture
def form(desk: DeskAtWork) -> str:
    """Give the address of a customer's form that asks for nothing more than words."""
    kind = make_type(flow=desk.made.flow)
    TicketType.objects.filter(pk=kind.pk).update(department=desk.cast.it)
    return f"/requests/new/{kind.key}/"


def rich(page: Page) -> Any:
    return page.locator("form[data-uploading] .rich")


def fill(page: Page) -> None:
    """Write a word, put a picture into the text and a file beside it."""
    rich(page).click()
    page.keyboard.type("Look & see <here>")
    rich(page).evaluate(PASTE_PICTURE)
    expect(rich(page).locator("img")).to_have_count(1)
    page.set_input_files("[data-files]", [{"name": "plan.txt", **TEXT}])
    expect(page.locator("input[name=uploads]")).to_have_count(2)


def wait_until_kept(page: Page, words: str) -> None:
    """Wait until this browser keeps the words; the policy lets no page wait by itself."""
    until = time.monotonic() + 60
    while not page.evaluate(KEPT, words):
        assert time.monotonic() < until, page.evaluate("Object.entries(localStorage)")
        time.sleep(0.1)


def ensure_whole(page: Page) -> None:
    expect(rich(page)).to_contain_text("Look & see <here>")
    expect(rich(page)).not_to_contain_text("&amp;")
    expect(rich(page)).not_to_contain_text("<p>")
    expect(rich(page).locator("img")).to_have_count(1)
    expect(page.locator(".upload")).to_have_count(2)
    expect(page.locator("input[name=uploads]")).to_have_count(2)


def test_a_reply_comes_back_with_its_picture_and_file_and_the_customer_sees_both(
    desk: DeskAtWork, window: Window
) -> None:
    ticket = desk.taken()
    page = window(desk.cast.ada, f"/tickets/{ticket.number}/")
    with page.expect_response(lambda one: "draft" in one.url and one.ok, timeout=60_000):
        fill(page)
        page.wait_for_timeout(2_500)
    assert len(Draft.objects.get().uploads) == 2
    page.reload()
    ensure_whole(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message").last.locator(".file")).to_contain_text("plan.txt")

    theirs = window(desk.cast.cy, f"/requests/{ticket.number}/")
    picture = theirs.locator(".message").last.locator(".words img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("picture => picture.naturalWidth") == 60
    assert Attachment.objects.filter(ticket=None).count() == 0


def test_a_request_kept_in_this_browser_comes_back_as_it_was_and_is_sent_whole(
    desk: DeskAtWork, form: str, window: Window
) -> None:
    page = window(desk.cast.cy, form)
    page.get_by_label("In a few words").fill("A & B")
    fill(page)
    wait_until_kept(page, "plan.txt")
    page.reload()
    ensure_whole(page)
    page.get_by_role("button", name="Send the request").click()
    expect(page.locator(".message .words img")).to_have_count(1)
    expect(page.locator(".message .words")).to_contain_text("Look & see <here>")
    assert Attachment.objects.filter(ticket=None).count() == 0


ANSWERS = "[data-answer-files]"


@pytest.fixture
def form_with_file(desk: DeskAtWork) -> str:
    """Give the address of a form that asks for two files, each for its own question."""
    asked = (make_field(kind="file", key="plan"), make_field(kind="file", key="bill"))
    kind = make_type(flow=desk.made.flow, form=asked)
    TicketType.objects.filter(pk=kind.pk).update(department=desk.cast.it)
    return f"/requests/new/{kind.key}/"


def answered(page: Page, question: str) -> Any:
    return page.locator(f"[data-answer-files='values.{question}'] .upload")


def answer_with(page: Page, question: str, *names: str) -> None:
    box = page.locator(f"[data-answer-files='values.{question}'] input[type=file]")
    box.set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": LINE} for name in names]
    )
    for name in names:
        kept = answered(page, question).filter(has_text=name).locator("input[type=hidden]")
        expect(kept).to_have_count(1)
        wait_until_kept(page, name)


def test_files_that_answer_questions_come_back_with_the_text_after_reload_and_refusal(
    desk: DeskAtWork, form_with_file: str, window: Window
) -> None:
    page = window(desk.cast.cy, form_with_file)
    page.get_by_label("In a few words").fill("A door")
    answer_with(page, "plan", "front.txt", "back.txt")
    answer_with(page, "bill", "bill.txt")
    answered(page, "plan").filter(has_text="back.txt").get_by_role("button").click()
    page.wait_for_timeout(1_000)
    page.reload()
    expect(page.get_by_label("In a few words")).to_have_value("A door")
    expect(answered(page, "plan")).to_contain_text(["front.txt"])
    expect(answered(page, "bill")).to_contain_text(["bill.txt"])

    page.get_by_role("button", name="Send the request").click()
    expect(page.locator("[data-refusal]")).to_be_visible()
    for question in ("plan", "bill"):
        expect(answered(page, question)).to_have_count(1)
    page.reload()  # asks as if for the first time
    page.goto(form_with_file)
    expect(answered(page, "plan")).to_contain_text(["front.txt"])
    rich(page).fill("It does not close.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name="A door")).to_be_visible()
    names = Attachment.objects.exclude(ticket=None).order_by("field")
    assert list(names.values_list("field", "name")) == [("bill", "bill.txt"), ("plan", "front.txt")]

    page.goto(form_with_file)
    expect(page.get_by_label("In a few words")).to_have_value("")
    expect(page.locator(f"{ANSWERS} .upload")).to_have_count(0)


def test_files_chosen_before_the_modules_come_are_sent_as_well(
    desk: DeskAtWork, form_with_file: str, window: Window
) -> None:
    page = window(desk.cast.cy, form_with_file)
    late: list[Route] = []
    page.route("**/js/main*.js", lambda module: late.insert(0, module))
    page.reload(wait_until="commit")
    chosen = {"name": "early.txt", "mimeType": "text/plain", "buffer": LINE}
    for place in (f"{ANSWERS} input[type=file]", "input[data-files]"):
        page.locator(place).first.set_input_files([chosen])
    expect(page.locator(".upload")).to_have_count(0)
    for one in late:
        one.continue_()
    expect(page.locator(".upload input[type=hidden]")).to_have_count(2)


def test_a_file_of_an_answer_that_the_desk_has_no_more_is_told_and_not_sent(
    desk: DeskAtWork, form_with_file: str, window: Window
) -> None:
    page = window(desk.cast.cy, form_with_file)
    page.get_by_label("In a few words").fill("A door")
    answer_with(page, "plan", "front.txt", "back.txt")
    Attachment.objects.filter(name="front.txt").delete()
    page.reload()
    gone = page.locator(f"{ANSWERS} .upload.failed")
    expect(gone).to_contain_text(["front.txt"])
    expect(gone).to_contain_text(["A file is gone."])
    rich(page).fill("It does not close.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name="A door")).to_be_visible()
    assert Attachment.objects.exclude(ticket=None).get().name == "back.txt"


def test_a_file_that_the_desk_has_no_more_is_told_and_not_sent(
    desk: DeskAtWork, form: str, window: Window
) -> None:
    page = window(desk.cast.cy, form)
    page.get_by_label("In a few words").fill("Late")
    fill(page)
    wait_until_kept(page, "plan.txt")
    Attachment.objects.filter(name="shot.png").delete()
    page.reload()
    expect(page.locator(".upload.failed")).to_contain_text("shot.png")
    expect(page.locator(".upload.failed")).to_contain_text("A file is gone.")
    expect(rich(page).locator("img")).to_have_count(0)
    page.get_by_role("button", name="Send the request").click()
    expect(page.locator(".message .file")).to_contain_text("plan.txt")


def test_looking_at_an_old_request_leaves_what_is_typed_for_a_new_one(
    desk: DeskAtWork, form: str, window: Window
) -> None:
    kind = TicketType.objects.get(key=form.split("/")[-2])
    old = desk.opened(type_id=kind.pk)
    page = window(desk.cast.cy, form)
    page.get_by_label("In a few words").fill("Half a thought")
    wait_until_kept(page, "Half a thought")
    page.goto(f"/requests/{old.number}/")
    page.wait_for_selector("form[data-uploading]")
    page.goto(form)
    expect(page.get_by_label("In a few words")).to_have_value("Half a thought")
    rich(page).fill("And the rest")
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url("**/requests/*-*/")
    page.goto(form)
    page.wait_for_selector("form[data-uploading]")
    expect(page.get_by_label("In a few words")).to_have_value("")
    expect(rich(page)).to_have_text("")


def test_what_was_typed_into_a_typical_problem_comes_back_and_goes_with_it(
    desk: DeskAtWork, form: str, window: Window
) -> None:
    kind = TicketType.objects.get(key=form.split("/")[-2])
    TypicalProblem.objects.create(
        key="dark", type=kind, names={"en": "It is dark"}, texts={"en": "Since when?"}
    )
    page = window(desk.cast.cy, f"{form}?problem=dark")
    expect(rich(page)).to_have_text("Since when?")
    rich(page).fill("Since when? Since noon")
    wait_until_kept(page, "Since noon")
    page.reload()
    expect(rich(page)).to_have_text("Since when? Since noon")
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url("**/requests/*-*/")
    page.goto(f"{form}?problem=dark")
    expect(rich(page)).to_have_text("Since when?")


def test_the_next_callers_form_is_empty_also_when_the_call_went_to_others(
    desk: DeskAtWork, form: str, window: Window
) -> None:
    kind = TicketType.objects.get(key=form.split("/")[-2])
    page = window(desk.cast.ada, f"/calls/new/?person={desk.cast.cy.person_id}")
    page.get_by_label("In a few words").fill("The lamp is out")
    rich(page).fill("Since morning")
    page.locator("select[name=type]").select_option(str(kind.pk))
    page.locator("select[name=department]").select_option(str(desk.cast.hr.pk))
    wait_until_kept(page, "The lamp is out")
    page.get_by_role("button", name="Register", exact=True).click()
    page.wait_for_url("**/queue/**")
    page.goto("/calls/new/")
    page.wait_for_selector("form[data-uploading]")
    expect(page.get_by_label("In a few words")).to_have_value("")
    expect(rich(page)).to_have_text("")


AT_ONCE = """() => {
  const box = document.querySelector("dialog[open] textarea");
  document.querySelector("dialog[open] [data-dialog-close]").click();
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "d", code: "KeyD", bubbles: true }));
}"""


def test_a_dialog_keeps_what_is_typed_over_a_drawn_selection_a_press_beside_it_and_escape(
    desk: DeskAtWork, window: Window
) -> None:
    ticket = desk.taken()
    page = window(desk.cast.ada, f"/tickets/{ticket.number}/")
    page.wait_for_selector("#composer[data-uploading]")
    dialog = page.locator("dialog[open]")
    page.keyboard.press("d")
    box = dialog.locator("textarea")
    box.fill("They know more of this")
    place = box.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 60, place["y"] + 10)
    page.mouse.down()
    page.mouse.move(2, 2)
    page.mouse.up()
    expect(box).to_have_value("They know more of this")

    for leave in (lambda: page.mouse.click(2, 2), lambda: page.keyboard.press("Escape")):
        leave()
        expect(dialog).to_have_count(0)
        page.keyboard.press("d")
        expect(box).to_have_value("They know more of this")

    page.evaluate(AT_ONCE)  # while the browser's word of the closing is on its way
    expect(box).to_have_value("They know more of this")

    dialog.locator("select").first.select_option(str(desk.cast.hr.pk))
    dialog.locator("button[type=submit]").click()
    page.wait_for_url("**/queue/**")
    assert Ticket.objects.get(pk=ticket.pk).department_id == desk.cast.hr.pk


def test_a_sent_dialog_brings_the_page_up_to_date_also_with_a_place_in_its_address(
    desk: DeskAtWork, window: Window
) -> None:
    desk.opened()
    page = window(desk.cast.ada, "/queue/?q=printer")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#content")
    page.locator("[data-row] input.pick").first.check()
    page.locator("[formaction*='bulk/priority']").click()
    page.locator("dialog[open] .choice").first.click()
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("[data-toast], .toast").first).to_be_visible()


def test_with_scripts_a_file_of_a_draft_has_the_button_of_any_other(
    desk: DeskAtWork, window: Window
) -> None:
    ticket, ada = desk.taken(), desk.cast.ada
    file = keep_upload(actor=ada, blob=keep_content(b"plan"), name="plan.txt")
    keep_draft(actor=ada, ticket_id=ticket.pk, words=Words(body="<p>x</p>", uploads=(file.token,)))

    page = window(ada, f"/tickets/{ticket.number}/")

    row = page.locator("#composer .upload")
    expect(row.get_by_role("checkbox")).to_have_count(0)
    expect(row.locator("input[name=uploads]")).to_have_value(file.token)
    with page.expect_response(f"**/uploads/{file.token}/"):
        row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    assert not Attachment.objects.exists()
