"""An agent's day on one ticket, in a real browser, under the real policy."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import PASTE_PICTURE, Window

from otklik.people.models import Actor
from otklik.tickets.models import Note, Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_undo"),
]

Open = Callable[..., Page]

PASTE_FORMATTED = """area => {
  const data = new DataTransfer();
  data.setData("text/html", '<h1 style="color:red" onclick="x()">Head</h1><p>and <b>bold</b>' +
    '<script>alert(1)</scr' + 'ipt><img src=x onerror=alert(1)></p>' +
    '<table style="width:9000px"><tbody><tr><td>Item</td><td>12.50</td></tr></tbody></table>');
  const more = {clipboardData: data, bubbles: true, cancelable: true};
  area.dispatchEvent(new ClipboardEvent("paste", more));
}"""


@pytest.fixture
def open_as(window: Window) -> Open:
    """Open a ticket in a browser of one's own."""

    def opened(actor: Actor, ticket: Ticket, **more: Any) -> Page:
        page = window(actor, f"/tickets/{ticket.number}/", **more)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("#composer[data-uploading]")
        return page

    return opened


LINES = """paragraph => {
  const all = document.createRange();
  all.selectNodeContents(paragraph);
  return [...new Set([...all.getClientRects()].map(one => one.top))];
}"""


def words(page: Page) -> Any:
    return page.locator("#composer .rich")


def last(page: Page) -> Any:
    return page.locator(".message").last


def test_a_reply_with_form_and_a_note_by_keyboard(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    ensure_accessible(page)
    page.keyboard.press("r")
    page.keyboard.type("Hello ")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("bold")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type(" words")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("one")
    page.keyboard.press("Control+Enter")
    expect(last(page).locator(".words strong")).to_have_text("bold")
    expect(last(page).locator(".words li")).to_have_text("one")
    expect(words(page)).to_have_text("")
    expect(last(page)).to_be_in_viewport()

    page.locator("#ticket-scroll").focus()
    page.keyboard.press("n")
    ensure_accessible(page)
    page.keyboard.type("Only for us")
    page.keyboard.press("Control+Enter")
    expect(last(page)).to_contain_text("the customer does not see it")
    expect(last(page)).to_contain_text("Only for us")


def test_what_a_note_said_before_is_read_as_it_was(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    page.keyboard.press("n")
    page.keyboard.type("Only for us, and for nobody else")
    page.keyboard.press("Control+Enter")
    last(page).get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("dialog").locator(".rich").fill("For all")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(last(page)).to_contain_text("For all")
    last(page).get_by_role("link", name="edited").click()

    before = page.get_by_role("dialog").locator(".message")
    expect(before).to_contain_text("Only for us, and for nobody else")
    expect(before).to_contain_text("Ada")
    ensure_accessible(page)
    assert len(before.locator(".words p").evaluate(LINES)) == 1


@pytest.mark.parametrize("button", ["List", "Numbered list"])
def test_a_line_made_an_item_goes_on_where_it_was(
    desk: DeskAtWork, open_as: Open, button: str
) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    words(page).click()
    page.keyboard.type("Restart ")
    page.get_by_role("button", name=button, exact=True).click()
    page.keyboard.type("the router")
    expect(words(page).locator("li")).to_have_text("Restart the router")


def test_who_works_on_it_is_chosen_on_a_page_of_its_own_too(
    desk: DeskAtWork, open_as: Open
) -> None:
    page = open_as(desk.cast.ada, ticket := desk.taken())
    page.goto(f"/tickets/{ticket.number}/assignee/")
    page.get_by_role("button", name="Nobody: back to the department").click()
    page.wait_for_url(f"**/tickets/{ticket.number}/")
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_what_is_pasted_keeps_its_form_and_loses_its_script(
    desk: DeskAtWork, open_as: Open
) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    words(page).click()
    words(page).evaluate(PASTE_FORMATTED)
    words(page).evaluate(PASTE_PICTURE)
    expect(words(page).locator("img")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(last(page).locator("h3")).to_have_text("Head")
    expect(last(page).locator("td")).to_have_text(["Item", "12.50"])
    expect(last(page).locator(".words img")).to_have_js_property("naturalWidth", 60)
    expect(last(page).locator(".files")).to_have_count(0)
    last(page).locator(".words img").click()
    expect(page.get_by_role("dialog").locator("img")).to_be_visible()
    ensure_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_files_come_one_after_another_and_may_be_taken_back(
    desk: DeskAtWork, open_as: Open
) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    text = {"mimeType": "text/plain", "buffer": b"first line"}
    page.set_input_files("#composer [data-files]", [{"name": f"{n}.txt", **text} for n in "ab"])
    expect(page.locator("#composer input[name=uploads]")).to_have_count(2)
    page.locator(".upload").first.get_by_role("button", name="Remove").click()
    page.locator("[data-uploads]").evaluate("place => { place.dataset.limit = '5'; }")
    page.set_input_files("#composer [data-files]", [{"name": "big.txt", **text}])
    expect(page.locator(".upload.failed")).to_contain_text("it cannot be sent")
    ensure_accessible(page)
    page.locator(".upload.failed").get_by_role("button").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(last(page).locator(".file")).to_have_count(1)
    last(page).locator(".file").click()
    expect(page.get_by_role("dialog").locator("pre")).to_have_text("first line")


def test_what_is_typed_outlives_other_actions_and_goes_with_a_status(
    desk: DeskAtWork, open_as: Open
) -> None:
    page = open_as(desk.cast.ada, desk.opened())
    page.keyboard.press("r")
    page.keyboard.type("Half a thought")
    page.locator("#ticket-scroll").focus()
    page.keyboard.press("t")
    expect(page.locator("#ticket-header .status")).to_have_text("Assigned")
    expect(words(page)).to_have_text("Half a thought")
    page.locator("#ticket-send summary").click()
    ensure_accessible(page)
    page.locator("#ticket-send").get_by_role("button", name="Ask the customer").click()
    expect(page.locator("#ticket-header .status")).to_have_text("Pending")
    expect(last(page)).to_contain_text("Half a thought")


def test_a_refusal_keeps_the_words(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    words(page).fill("a" * 5001)
    expect(page.locator("#composer [data-count]")).to_contain_text("1 too many")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".reply-place [role=alert]")).to_contain_text("5001")
    expect(words(page)).to_have_text("a" * 5001)
    ensure_accessible(page)


def test_two_people_change_one_field_and_the_second_is_told(
    desk: DeskAtWork, open_as: Open
) -> None:
    ticket = desk.opened()
    ada, vi = open_as(desk.cast.ada, ticket), open_as(desk.cast.vi, ticket)
    for page in (ada, vi):
        page.keyboard.press("e")
        expect(page.get_by_role("dialog")).to_be_visible()
    ensure_accessible(ada)
    ada.get_by_label("Subject").fill("Hers")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_role("heading", name="Hers")).to_be_visible()

    vi.get_by_label("Subject").fill("His")
    vi.get_by_role("button", name="Save").click()
    expect(vi.get_by_role("dialog").get_by_role("alert")).to_contain_text("Hers")
    expect(vi.get_by_label("Subject")).to_have_value("His")
    ensure_accessible(vi)
    vi.get_by_role("button", name="Save").click()
    expect(vi.get_by_role("heading", name="His", exact=True)).to_be_visible()


def test_a_way_that_demands_words_opens_a_dialog(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    page.keyboard.press("s")
    ensure_accessible(page)
    page.locator("#ticket-header").get_by_role("link", name="Offer a solution").click()
    dialog = page.get_by_role("dialog")
    ensure_accessible(page)
    dialog.get_by_label("Write to the customer").fill("Clean the rollers.")
    dialog.get_by_role("button", name="Offer a solution").click()
    expect(page.locator("#ticket-header .status")).to_have_text("Resolved")
    expect(last(page)).to_contain_text("Clean the rollers.")


def test_given_away_it_is_out_of_sight(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    ensure_accessible(page)
    dialog.get_by_label("To department").select_option(label="Staff")
    dialog.get_by_label("Note for them").fill("Yours, I think")
    dialog.get_by_role("button", name="Pass on").click()
    page.wait_for_url("**/queue/**")


def test_a_colleague_is_found_by_typing(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.vi, desk.opened())
    page.keyboard.press("a")
    expect(page.get_by_label("Find a colleague")).to_be_focused()
    ensure_accessible(page)
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-header")).to_contain_text("Ada Agent")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_keys_explain_themselves(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.opened())
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Reply to customer")
    ensure_accessible(page)


def test_without_a_script_it_all_works_as_pages(desk: DeskAtWork, open_as: Open) -> None:
    ticket = desk.opened()
    page = open_as(desk.cast.ada, ticket, java_script_enabled=False)
    page.get_by_role("button", name="Take").click()
    page.get_by_label("Internal note").check(force=True)
    page.get_by_label("Text").fill("Plain\nlines")
    page.locator("#plain-files").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    page.locator("#composer button[type=submit]").first.click()
    expect(last(page)).to_contain_text("a.txt")
    assert Note.objects.get().body == "<p>Plain<br>lines</p>"
    page.locator("#ticket-header").get_by_role("link", name="Ada Agent").click()
    page.get_by_role("button", name="Nobody").click()
    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1024, 390])
def test_it_fits_and_reads_everywhere(
    desk: DeskAtWork, open_as: Open, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    page = open_as(desk.cast.ada, desk.taken(), viewport=size, color_scheme=scheme)
    ensure_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_only_what_the_desk_answered_becomes_markup(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    refused = page.evaluate(
        """() => {
            const attack = "<img src=x onerror=alert(1)>";
            const ways = [
                () => (document.body.innerHTML = attack),
                () => document.body.insertAdjacentHTML("beforeend", attack),
                () => new DOMParser().parseFromString(attack, "text/html"),
                () => htmx.swap(document.body, attack, {swapStyle: "beforeend"}),
                () => document.execCommand("insertHTML", false, attack),
                () => (document.createElement("script").src = "/files/" + "0".repeat(32) + "/"),
                () => (document.createElement("script").text = "alert(1)"),
            ];
            return ways.map((way) => {
                try { way(); } catch (error) { return error.name; }
                return "done";
            });
        }"""
    )
    assert refused == ["TypeError"] * 7
    assert page.locator("img[src=x]").count() == 0


def test_a_link_of_other_words_is_put_into_the_text(desk: DeskAtWork, open_as: Open) -> None:
    page = open_as(desk.cast.ada, desk.taken())
    words(page).click()
    page.wait_for_selector("[data-palette][data-bound]")
    page.keyboard.press("Control+k")
    page.get_by_label("Address of the link").fill("https://help.example/panel")
    page.get_by_label("Words that one presses").fill("How to open the panel")
    page.get_by_role("button", name="Keep the link").click()

    link = words(page).get_by_role("link", name="How to open the panel")
    expect(link).to_have_attribute("href", "https://help.example/panel")


@pytest.mark.parametrize("width", [390, 760, 1024, 1280])
def test_no_menu_is_cut_off(desk: DeskAtWork, open_as: Open, width: int) -> None:
    page = open_as(desk.cast.ada, desk.taken(), viewport={"width": width, "height": 800})
    if width == 390:
        words(page).click()  # the composer is folded before
    for menu in page.locator("#ticket details[data-menu]").all():
        menu.locator("summary").click()
        item = menu.locator(".menu-item").first
        expect(item).to_be_visible()
        item.click(trial=True)
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_subject_of_many_lines_is_cut_on_a_telephone_and_read_whole_when_asked(
    desk: DeskAtWork, window: Window, width: int
) -> None:
    ticket = desk.opened(subject="👨‍👩‍👧‍👦" * 100)
    size = {"width": width, "height": 844}
    page = window(desk.cast.ada, f"/tickets/{ticket.number}/", viewport=size)
    subject, more = page.locator("#ticket-header h1[data-clamp-bound]"), page.locator(".clamp-more")
    expect(subject).to_have_text(ticket.subject)
    if width == 1280:
        expect(more).to_be_hidden()
        return
    cut = subject.bounding_box()
    more.click()
    expect(more).to_have_text("Show less")
    whole = subject.bounding_box()
    assert cut is not None
    assert whole is not None
    assert cut["height"] * 2 < whole["height"]
    ensure_accessible(page)
    more.click()
    again = subject.bounding_box()
    assert again is not None
    assert (again["width"], again["height"]) == (cut["width"], cut["height"])


def test_on_a_telephone_the_composer_unfolds_when_one_writes(
    desk: DeskAtWork, open_as: Open
) -> None:
    page = open_as(desk.cast.ada, desk.taken(), viewport={"width": 390, "height": 844})
    send = page.locator("#composer footer button[type=submit]").first
    expect(words(page)).to_be_visible()
    expect(send).to_be_hidden()
    ensure_accessible(page)
    words(page).click()
    expect(send).to_be_in_viewport()
    page.get_by_text("Internal note").click()  # which stays where it is as the words lose the focus
    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()
    words(page).fill("For us")
    page.locator(".message").first.click()
    expect(send).to_be_visible()
    send.click()
    expect(last(page)).to_contain_text("For us")
    expect(words(page)).to_have_text("")
