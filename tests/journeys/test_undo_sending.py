"""A reply waits on the page for some seconds: it is taken back or goes once, whatever happens."""

import time

import pytest
from playwright.sync_api import expect
from tests.journeys.sending import (
    SHORT,
    answer_meanwhile,
    at_ticket,
    ensure_stays,
    leave,
    send_now,
    sent,
    wait_until,
    waiting,
    words,
    write,
)
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import PASTE_PICTURE, Window

from otklik.core.models import IdempotencyKey
from otklik.tickets.actions import Words, reply_to_customer
from otklik.tickets.models import Draft, Note, Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TEXT = {"mimeType": "text/plain", "buffer": b"first line"}
AGED = """() => {
  const kept = Object.entries(localStorage).filter(([, one]) => one.includes('"once"'));
  for (const [key, one] of kept) {
    localStorage.setItem(key, JSON.stringify({...JSON.parse(one), at: Date.now() - 8 * 864e5}));
  }
  return kept.length;
}"""
LEFT = """([ticket, told, once, body]) => {
  const account = document.documentElement.dataset.account;
  const typed = JSON.stringify({body, body_format: "html", mode: "reply", once, at: Date.now()});
  localStorage.setItem(`otklik-typed-${account}-ticket-${ticket}`, typed);
  const left = JSON.stringify({address: told, at: Date.now()});
  localStorage.setItem(`otklik-left-${account}-${once}`, left);
}"""
KEPT = "() => Object.values(localStorage).filter(one => one.includes('Before I go')).length"
SLOW = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 150_000}


@pytest.mark.parametrize("way", ["z", "Escape", "button"])
def test_what_is_taken_back_stands_there_as_it_was_and_was_not_sent(
    desk: DeskAtWork, window: Window, way: str
) -> None:
    page = at_ticket(window, desk, desk.taken())
    words(page).click()
    page.keyboard.type("Half a thought")
    words(page).evaluate(PASTE_PICTURE)
    page.set_input_files("[data-files]", [{"name": "plan.txt", **TEXT}])
    expect(page.locator("input[name=uploads]")).to_have_count(2)
    words(page).press("Control+Enter")

    expect(waiting(page)).to_be_focused()
    expect(waiting(page)).to_contain_text("Sending to Cy Customer in")
    expect(page.locator("#composer [data-said]")).to_contain_text("Press Z or Escape to undo")
    ensure_accessible(page)
    page.keyboard.type("xn")  # no key writes, nor makes a note of the reply
    expect(words(page)).to_have_text("Half a thought")
    expect(page.locator("#composer [value=reply]")).to_be_checked()
    if way == "button":
        page.get_by_role("button", name="Undo").click()
    else:
        page.keyboard.press(way)

    expect(waiting(page)).to_be_hidden()
    expect(words(page)).to_be_focused()
    expect(page.locator("#composer [data-said]")).to_have_text("Not sent. Your text is here again.")
    expect(words(page).locator("img")).to_have_count(1)
    expect(page.locator("input[name=uploads]")).to_have_count(2)
    expect(page.locator("#composer [value=reply]")).to_be_checked()
    page.keyboard.type(", and the rest")
    expect(words(page)).to_have_text("Half a thought, and the rest")
    ensure_accessible(page)
    ensure_stays(lambda: not sent())


def test_when_the_time_is_over_it_goes_once(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken(), SHORT)
    begun = time.monotonic()
    write(page, "On our way")
    expect(page.locator(".message").last).to_contain_text("On our way")
    assert time.monotonic() - begun >= SHORT - 0.5
    expect(words(page)).to_have_text("")
    expect(waiting(page)).to_be_hidden()
    ensure_stays(lambda: len(sent()) == 1)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("way", ["Enter", "Control+Enter", "button"])
def test_a_second_press_sends_now_with_the_status_that_was_chosen(
    desk: DeskAtWork, window: Window, way: str
) -> None:
    page = at_ticket(window, desk, desk.taken())
    words(page).fill("Which printer?")
    page.locator("#ticket-send summary").click()
    page.locator("#ticket-send").get_by_role("button", name="Ask the customer").click()
    expect(waiting(page)).to_contain_text("then: Ask the customer")
    if way == "button":
        page.get_by_role("button", name="Send now").click()
    else:
        page.keyboard.press(way)

    expect(page.locator("#ticket-header .status")).to_have_text("Pending")
    expect(page.locator(".message").last).to_contain_text("Which printer?")
    assert len(sent()) == 1


def test_a_status_that_was_taken_back_does_not_go_with_the_next_press(
    desk: DeskAtWork, window: Window
) -> None:
    page = at_ticket(window, desk, desk.taken())
    words(page).fill("Which printer?")
    page.locator("#ticket-send summary").click()
    page.locator("#ticket-send").get_by_role("button", name="Ask the customer").click()
    page.keyboard.press("z")
    words(page).press("Control+Enter")
    expect(waiting(page)).not_to_contain_text("then:")
    page.keyboard.press("Enter")
    expect(page.locator(".message").last).to_contain_text("Which printer?")
    expect(page.locator("#ticket-header .status")).to_have_text("Assigned")


def test_notes_empty_and_too_long_words_do_not_wait(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    page.keyboard.press("n")
    page.keyboard.type("Between us")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message").last).to_contain_text("Between us")
    assert Note.objects.count() == 1

    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".reply-place [role=alert]")).to_contain_text("Write something")
    words(page).fill("a" * 5001)
    expect(page.locator("#composer [data-count]")).to_contain_text("1 too many")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".reply-place [role=alert]")).to_contain_text("5001")
    expect(words(page)).to_have_text("a" * 5001)
    assert not sent()


def test_who_wants_no_undo_sends_at_once(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken(), 0)
    expect(waiting(page)).to_have_count(0)
    words(page).fill("At once")
    words(page).press("Control+Enter")
    expect(page.locator(".message").last).to_contain_text("At once")


def test_other_actions_and_live_readings_leave_what_waits_alone(
    desk: DeskAtWork, window: Window
) -> None:
    page = at_ticket(window, desk, desk.opened())
    write(page, "Still here")
    page.keyboard.press("t")
    expect(page.locator("#ticket-header .status")).to_have_text("Assigned")
    expect(waiting(page)).to_be_visible()
    expect(page.locator("#ticket-send [name=source]")).to_have_count(1)
    for part in ("header", "thread", "side", "send"):
        target = f"#ticket-{part}"
        address = page.locator(target).get_attribute("data-refresh")
        page.evaluate(
            "([way, target]) => htmx.ajax('GET', way, {target, swap: 'outerHTML'})",
            [address, target],
        )
    expect(waiting(page)).to_be_visible()
    expect(words(page)).to_have_text("Still here")
    page.get_by_role("button", name="Undo").click()
    send_now(page, "Still here")
    assert len(sent()) == 1
    assert Ticket.objects.get().status.key == "assigned"


@pytest.mark.parametrize("way", ["another page", "close", "reload", "freeze", "back at once"])
def test_leaving_the_page_sends_it_once(desk: DeskAtWork, window: Window, way: str) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    address = page.url
    write(page, "Before I go")
    match way:
        case "freeze":
            page.evaluate("document.dispatchEvent(new Event('freeze'))")  # as a sleeping tab hears
        case "back at once":
            leave(page, "another page")
            page.go_back()
        case _:
            leave(page, way)
    wait_until(lambda: bool(sent()))
    ensure_stays(lambda: len(sent()) == 1)
    wait_until(lambda: Draft.objects.count() == 0)

    again = page if way == "back at once" else window(desk.cast.ada, address)
    if again is page:
        page.reload()  # it may have been quicker than the sending, and no hint is heard here
    again.wait_for_selector("#composer[data-undoing]")
    expect(again.locator(".message").last).to_contain_text("Before I go")
    expect(words(again)).to_have_text("")
    write(again, "And another")
    again.keyboard.press("Enter")
    expect(again.locator(".message").last).to_contain_text("And another")
    ensure_stays(lambda: len(sent()) == 2)


@pytest.mark.parametrize("more", ["", " at last"])
def test_what_arrives_after_the_next_page_was_read_does_not_stand_there_as_unsent(
    desk: DeskAtWork, window: Window, more: str
) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    address, told = page.url, page.locator("#composer").get_attribute("data-told")
    body = "<p>Before I go</p>"
    page.goto("/queue/")  # where nothing is typed, and nothing kept anew
    page.evaluate(LEFT, [ticket.pk, told, "late", body])
    with page.expect_response(lambda answer: "/sendings/" in answer.url and answer.status == 202):
        page.goto(address)
    expect(words(page)).to_have_text("Before I go")
    page.wait_for_timeout(600)  # it keeps what it shows, as what was sent
    assert page.evaluate("() => JSON.stringify(localStorage)").count("late") == 2
    if more:
        words(page).press("Control+End")
        page.keyboard.type(more)

    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body, once="late"))
    if more:
        page.wait_for_function("() => !JSON.stringify(localStorage).includes('late')")
        expect(words(page)).to_have_text("Before I go at last")
        send_now(page, "Before I go at last")
        assert len(sent()) == 2
    else:
        expect(words(page)).to_have_text("")
        assert page.evaluate(KEPT) == 0
        expect(words(window(desk.cast.ada, page.url))).to_have_text("")


def test_other_words_do_not_wait_until_what_was_left_is_known(
    desk: DeskAtWork, window: Window
) -> None:
    page = at_ticket(window, desk, desk.taken())
    address = page.url
    write(page, "Before I go")
    leave(page, "close")
    wait_until(lambda: bool(sent()))

    again = window(desk.cast.ada, "/queue/")
    again.route("**/draft/", lambda _asked: None)  # no answer comes
    with again.expect_request("**/draft/"):
        again.goto(address)
    again.wait_for_selector("#composer[data-undoing]")
    write(again, "And another")
    again.keyboard.press("Enter")
    expect(again.locator(".message").last).to_contain_text("And another")
    ensure_stays(lambda: len(sent()) == 2)


def test_signing_out_lets_the_reply_go_first(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    write(page, "Good night")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    assert len(sent()) == 1


def test_what_was_refused_after_the_page_was_left_is_still_the_draft(
    desk: DeskAtWork, window: Window, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    address = page.url
    write(page, "Is it plugged in?")
    answer_meanwhile(desk, ticket)
    page.goto("/queue/")
    wait_until(lambda: "'status': 409" in caplog.text)
    assert not sent()
    assert "plugged" in Draft.objects.get().body

    page.goto(address)
    page.wait_for_selector("#composer[data-undoing]")
    expect(words(page)).to_have_text("Is it plugged in?")
    send_now(page, "Is it plugged in?")
    ensure_stays(lambda: len(sent()) == 1)


def test_a_reply_refused_after_the_wait_keeps_its_text(desk: DeskAtWork, window: Window) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    write(page, "Is it plugged in?")
    answer_meanwhile(desk, ticket)
    page.keyboard.press("Enter")
    expect(page.locator(".reply-place [role=alert]")).to_contain_text("While you were writing")
    expect(words(page)).to_have_text("Is it plugged in?")
    expect(waiting(page)).to_be_hidden()
    assert not sent()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".message").last).to_contain_text("Is it plugged in?")
    ensure_stays(lambda: len(sent()) == 1)


def test_one_reply_after_the_other_waits_also_by_mouse(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    for count, text in enumerate(("First", "Second", "Third"), 1):
        words(page).fill(text)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(waiting(page)).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(words(page)).to_have_text(text)
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("button", name="Send now").click()
        expect(page.locator(".message").last).to_contain_text(text)
        assert len(sent()) == count
        expect(words(page)).to_have_text("")


def test_a_reply_goes_before_the_ticket_is_given_away(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    write(page, "My colleagues go on")
    page.keyboard.press("d")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("To department").select_option(label="Staff")
    sheet.get_by_label("Note for them").fill("Yours, I think")
    sheet.get_by_role("button", name="Pass on").click()
    page.wait_for_url("**/queue/**")
    assert len(sent()) == 1
    assert Ticket.objects.get().department_id == desk.cast.hr.pk


def test_a_refused_reply_is_shown_before_the_ticket_is_given_away(
    desk: DeskAtWork, window: Window
) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    write(page, "Is it plugged in?")
    page.keyboard.press("d")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("To department").select_option(label="Staff")
    sheet.get_by_label("Note for them").fill("Yours, I think")
    answer_meanwhile(desk, ticket)
    sheet.get_by_role("button", name="Pass on").click()
    expect(page.locator(".reply-place [role=alert]")).to_contain_text("While you were writing")
    expect(words(page)).to_have_text("Is it plugged in?")
    ticket.refresh_from_db()
    assert (sent(), ticket.department_id) == ([], desk.cast.it.pk)


def test_what_went_long_ago_does_not_come_back(desk: DeskAtWork, window: Window) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    address = page.url
    write(page, "Before I go")
    page.goto("/queue/")
    wait_until(lambda: bool(sent()))
    IdempotencyKey.objects.all().delete()
    page.evaluate(AGED)
    page.goto(address)
    page.wait_for_selector("#composer[data-undoing]")
    page.wait_for_timeout(500)
    expect(words(page)).to_have_text("")
    assert page.evaluate(AGED) == 0


def test_a_broken_line_gives_the_composer_back(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    write(page, "Over a bad line")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("[data-unsent-said]")).to_be_visible()
    expect(waiting(page)).to_be_hidden()
    expect(words(page)).to_have_text("Over a bad line")
    page.context.set_offline(False)
    send_now(page, "Over a bad line")
    assert len(sent()) == 1


def test_two_tabs_wait_each_for_itself(desk: DeskAtWork, window: Window) -> None:
    ticket = desk.taken()
    one, other = at_ticket(window, desk, ticket), at_ticket(window, desk, ticket)
    write(one, "From the first")
    write(other, "From the second")
    one.bring_to_front()
    one.keyboard.press("z")
    expect(waiting(one)).to_be_hidden()
    expect(waiting(other)).to_be_visible()
    other.bring_to_front()
    other.keyboard.press("Enter")
    expect(other.locator(".message").last).to_contain_text("From the second")
    expect(words(one)).to_have_text("From the first")
    ensure_stays(lambda: len(sent()) == 1)


def test_a_reply_sent_by_keys_waits_for_its_files_first(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    words(page).fill("With a plan")
    large = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"x" * 300_000}
    page.set_input_files("[data-files]", [large])
    words(page).press("Control+Enter")
    expect(waiting(page)).to_be_hidden()
    expect(page.locator(".upload progress")).to_be_visible()
    expect(waiting(page)).to_be_visible()
    expect(page.locator("input[name=uploads]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".message").last.locator(".file")).to_contain_text("plan.txt")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_what_waits_fits_and_reads_everywhere(
    desk: DeskAtWork, window: Window, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    page = at_ticket(window, desk, desk.taken(), viewport=size, color_scheme=scheme)
    write(page, "Fits")
    ensure_accessible(page)
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
