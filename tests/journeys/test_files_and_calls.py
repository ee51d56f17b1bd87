"""Files as a browser sends them, pictures by keys, and a call taken down without a mouse."""

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.keys import press, words_in_focus, write
from tests.journeys.windows import PASTE_PICTURE, Window

from otklik.core.models import Desk
from otklik.tickets.models import Attachment, Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_undo"),
]

DROPPED = """names => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File(["first line"], name, {type: "text/plain"}));
  return data;
}"""
SOUND = """() => {
  const wave = new Uint8Array(44 + 8000).fill(128);
  const head = new DataView(wave.buffer);
  const words = [[0, "RIFF"], [8, "WAVE"], [12, "fmt "], [36, "data"]];
  for (const [at, word] of words) for (let i = 0; i < 4; i++) wave[at + i] = word.charCodeAt(i);
  const numbers = [[4, 8036], [16, 16], [24, 8000], [28, 8000], [40, 8000]];
  for (const [at, number] of numbers) head.setUint32(at, number, true);
  for (const [at, number] of [[20, 1], [22, 1], [32, 1], [34, 8]]) head.setUint16(at, number, true);
  const data = new DataTransfer();
  data.items.add(new File([wave], "recorded.wav"));
  return data;
}"""
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 48});
  const draw = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "video/webm"});
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const done = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let shot = 0; shot < 20; shot++) {
    draw.fillStyle = shot % 2 ? "red" : "blue";
    draw.fillRect(0, 0, 64, 48);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await done;
  const data = new DataTransfer();
  data.items.add(new File(parts, "recorded.webm"));
  return data;
}"""
PLAYED = """async (player) => {
  player.muted = true;
  const moved = new Promise((resolve) => {
    player.addEventListener("error", resolve);
    player.addEventListener("timeupdate", () => player.currentTime > 0 && resolve());
  });
  player.play().catch(() => {});
  await moved;
  return {at: player.currentTime, error: player.error && player.error.message};
}"""
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
FAST = SLOW | {"uploadThroughput": -1}


def at_ticket(window: Window, desk: DeskAtWork) -> Page:
    page = window(desk.cast.ada, f"/tickets/{desk.taken().number}/")
    page.wait_for_selector("#composer[data-uploading]")
    return page


def test_files_are_dropped_into_the_composer(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk)
    data = page.evaluate_handle(DROPPED, ["one.txt", "two.txt"])
    composer = page.locator("#composer")
    composer.dispatch_event("dragover", {"dataTransfer": data})
    expect(page.locator("#composer.dropping")).to_be_visible()
    composer.dispatch_event("drop", {"dataTransfer": data})
    expect(page.locator("#composer.dropping")).to_have_count(0)
    expect(page.locator("#composer input[name=uploads]")).to_have_count(2)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message").last.locator(".file")).to_have_count(2)


def test_a_file_on_its_way_shows_how_far_it_is_and_is_stopped(
    desk: DeskAtWork, window: Window
) -> None:
    page = at_ticket(window, desk)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    large = {"name": "large.bin", "mimeType": "text/plain", "buffer": b"x" * 3_000_000}
    small = {"name": "small.txt", "mimeType": "text/plain", "buffer": b"small"}
    page.set_input_files("#composer [data-files]", [large, small])
    bar = page.locator(".upload", has_text="large.bin").locator("progress")
    expect(bar).not_to_have_js_property("value", 0)
    assert 0 < bar.evaluate("bar => bar.value") < 100

    page.locator(".upload", has_text="large.bin").get_by_role("button", name="Cancel").click()

    network.send("Network.emulateNetworkConditions", FAST)
    expect(page.locator(".upload")).to_have_count(1)
    expect(page.locator(".upload input[name=uploads]")).to_have_count(1)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message").last.locator(".file")).to_contain_text("small.txt")
    assert list(Attachment.objects.values_list("name", flat=True)) == ["small.txt"]


def test_a_file_that_the_desk_finds_too_large_is_told_and_the_rest_is_sent(
    desk: DeskAtWork, window: Window
) -> None:
    page = at_ticket(window, desk)
    Desk.objects.update(file_limit=1_048_576)
    sizes = {"large.txt": 2_000_000, "small.txt": 5}
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}
        for name, size in sizes.items()
    ]
    with page.expect_response(lambda one: one.url.endswith("/uploads/")) as answer:
        page.set_input_files("#composer [data-files]", files)
    assert answer.value.status == 413
    failed = page.locator(".upload.failed")
    expect(failed).to_contain_text("large.txt")
    expect(failed.get_by_role("alert")).to_contain_text("it cannot be sent")
    expect(page.locator("#composer input[name=uploads]")).to_have_count(1)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message").last.locator(".file")).to_contain_text("small.txt")


def test_sound_and_film_play_in_their_preview(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk)
    for kind, name, record in (("audio", "wav", SOUND), ("video", "webm", FILM)):
        data = page.evaluate_handle(record)
        page.locator("#composer").dispatch_event("drop", {"dataTransfer": data})
        expect(page.locator("#composer input[name=uploads]")).to_have_count(1)
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".message").last.locator(f"[title='recorded.{name}']").click()
        player = page.locator(f"dialog[open] {kind}")
        played = player.evaluate(PLAYED)
        assert played["error"] is None
        assert played["at"] > 0
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_picture_in_a_letter_opens_large_by_keys(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk)
    page.locator("#composer .rich").evaluate(PASTE_PICTURE)
    expect(page.locator("#composer .rich img")).to_have_count(1)
    page.get_by_role("button", name="Send", exact=True).click()
    picture = page.locator(".message").last.get_by_role("button", name="Open the picture: shot.png")
    for key in ("Enter", "Space"):
        picture.focus()
        page.keyboard.press(key)
        expect(page.locator("dialog[open] img.large-picture")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(picture).to_be_focused()
    page.reload()
    expect(picture).to_have_attribute("tabindex", "0")


def test_a_caller_is_chosen_with_arrows_and_enter(desk: DeskAtWork, window: Window) -> None:
    page = window(desk.cast.ada, "/calls/new/")
    page.wait_for_selector("[data-pick][data-bound]")
    box, found = page.locator("#call-who"), page.locator("#callers a")
    for keys in (["Enter"], ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "Enter"]):
        box.fill("")
        box.fill(desk.cast.cy.name.split()[-1].lower())
        expect(found.first).to_contain_text(desk.cast.cy.name)
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator("section#caller")).to_contain_text(desk.cast.cy.name)
        page.reload()
        page.wait_for_selector("[data-pick][data-bound]")

    box.fill("nobody is called so")
    expect(page.locator("#callers")).to_contain_text("Nobody is known by this.")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    expect(box).to_have_value("nobody is called so")
    assert not Ticket.objects.exists()


def test_what_was_refused_of_a_call_stands_in_no_other(desk: DeskAtWork, window: Window) -> None:
    page = window(desk.cast.ada, "/calls/new/")
    said = page.locator("form.call .rich")
    said.fill("The door does not open")
    page.get_by_label("In a few words").fill("Door")
    page.locator("form.call [name=type]").focus()
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator("[data-refusal]")).to_be_visible()
    expect(said).to_have_text("The door does not open")
    said.press("End")
    page.keyboard.type(" at all")
    page.wait_for_timeout(600)

    page.goto("/calls/new/")
    expect(said).to_have_text("")
    expect(page.get_by_label("In a few words")).to_have_value("")
    said.fill("Never sent")
    page.wait_for_timeout(600)
    page.goto("/calls/new/")
    expect(said).to_have_text("Never sent")


def test_a_call_is_taken_down_without_a_mouse(desk: DeskAtWork, window: Window) -> None:
    page = window(desk.cast.ada, "/calls/new/")
    page.wait_for_selector("form[data-uploading]")
    expect(page.locator("#call-who")).to_be_focused()
    page.keyboard.type(desk.cast.cy.name.split()[-1])
    expect(page.locator("#callers a").first).to_be_visible()
    page.keyboard.press("Tab")
    assert desk.cast.cy.name.split()[-1] in words_in_focus(page)
    page.keyboard.press("Enter")
    expect(page.locator("section#caller")).to_contain_text(desk.cast.cy.name)
    write(page, "In a few words", "The lamp is out")
    write(page, "What they say", "Since morning")
    press(page, "I take it myself", by="Space")
    press(page, "ask the rest later")
    page.wait_for_url("**/tickets/*/")

    ticket = Ticket.objects.get()
    assert ticket.requester_id == desk.cast.cy.person_id
    assert (ticket.subject, ticket.source) == ("The lamp is out", "phone")
    assert ticket.assignee_id == desk.cast.ada.person_id
    expect(page.locator(".message .words")).to_have_text("Since morning")
