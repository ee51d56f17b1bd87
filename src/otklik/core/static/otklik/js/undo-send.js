// @ts-check
// A reply is held back on the page for some seconds, so that it can be taken back; then its form is submitted as
// ever. Leaving the page sends it at once, by the same key: it goes once in any case.
//
//   <form data-composer data-undo="5"> … <div data-sending tabindex="-1" hidden> … </div><span role="status" data-said></span>
import { bindLeaving, sendNow } from "./leaving.js";
import { caretIn } from "./typed.js";

const SECOND = 1_000;
/** @typedef {import("./leaving.js").Held} Held */

/** @type {Held | null} the reply that waits or is on its way: a page has one at most */
let held = null;

/** Hold back what the composers inside `root` send, once each. @param {ParentNode} root */
export function bindUndo(root) {
  for (const place of root.querySelectorAll("form[data-undo]:not([data-undoing])")) {
    const form = /** @type {HTMLFormElement} */ (place);
    form.dataset.undoing = "";
    form.addEventListener("submit", (event) => press(form, event), { capture: true });
    form.addEventListener("click", click, { capture: true });
    form.addEventListener("keydown", key);
    form.addEventListener("dragenter", forgotten);
    form.addEventListener("otklik:news", undo);
    form.addEventListener("otklik:withdrawn", undo);
  }
}

/** @param {HTMLFormElement} form @param {SubmitEvent} event */
function press(form, event) {
  if (held?.isOnItsWay || (!held && goesAtOnce(form))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (held) send();
  else hold(form, /** @type {HTMLButtonElement | null} */ (event.submitter));
}

/** A note can be mended where it stands, and what is refused anyway is refused now. @param {HTMLFormElement} form */
function goesAtOnce(form) {
  const typed = new FormData(form);
  const isBlank = !typed.get("body") && !typed.has("uploads");
  return typed.get("mode") !== "reply" || isBlank || form.querySelector("[data-count].over") !== null;
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement | null} pressed */
function hold(form, pressed) {
  const row = /** @type {HTMLElement} */ (form.querySelector("[data-sending]"));
  const until = Date.now() + Number(form.dataset.undo) * SECOND;
  held = { form, row, pressed, until, timer: window.setInterval(tick, SECOND / 4), caret: caretIn(form), isOnItsWay: false };
  show(held, true);
  tick();
  say(form.querySelector("[data-said]"), "held", Number(form.dataset.undo));
  row.focus({ preventScroll: true });
  form.dispatchEvent(new CustomEvent("otklik:held"));
}

function tick() {
  if (!held || held.isOnItsWay) return;
  const left = Math.ceil((held.until - Date.now()) / SECOND);
  if (left > 0) say(held.row.querySelector("[data-words]"), "words", left);
  else send();
}

/** The wait is over: the form is submitted as if it had been pressed now. */
function send() {
  if (!held || held.isOnItsWay) return;
  clearInterval(held.timer);
  held.isOnItsWay = true;
  say(held.row.querySelector("[data-words]"), "goes");
  for (const button of held.row.querySelectorAll("button")) button.hidden = true;
  if (held.form.isConnected) held.form.requestSubmit();
  else void sendNow(held).then(end);
}

/** Nothing was sent, and everything stands there as before the press. */
function undo() {
  if (!held || held.isOnItsWay) return;
  const { form, caret } = held;
  end();
  say(form.querySelector("[data-said]"), "undone");
  if (caret && form.contains(document.activeElement)) {
    getSelection()?.setBaseAndExtent(caret.startContainer, caret.startOffset, caret.endContainer, caret.endOffset);
  }
}

/** A file comes, which was not to be left out. @param {DragEvent} event */
function forgotten(event) {
  if (event.dataTransfer?.types.includes("Files")) undo();
}

/** The composer is free again; the focus stays in it if it was there. */
function end() {
  if (!held) return;
  const { form, row, timer } = held;
  const wasHere = row.contains(document.activeElement);
  clearInterval(timer);
  show(held, false);
  held = null;
  const area = /** @type {HTMLElement | null} */ (form.querySelector(".rich"));
  if (wasHere) area?.focus({ preventScroll: true });
}

/** @param {Held} one @param {boolean} isHeld */
function show({ form, row, pressed }, isHeld) {
  form.classList.toggle("waiting", isHeld);
  for (const part of form.children) {
    if (part !== row && !part.hasAttribute("data-said")) /** @type {HTMLElement} */ (part).inert = isHeld;
  }
  for (const part of form.querySelectorAll("[data-refresh] > :first-child")) part.toggleAttribute("data-hold", isHeld);
  if (isHeld) pressed?.closest("details")?.removeAttribute("open");
  const then = /** @type {HTMLElement} */ (row.querySelector("[data-then]"));
  then.textContent = pressed?.dataset.then ?? "";
  for (const button of row.querySelectorAll("button")) button.hidden = false;
  row.hidden = !isHeld;
}

/** @param {Element | null} place @param {string} name of the words that it carries @param {number} [left] seconds */
function say(place, name, left = 0) {
  if (place instanceof HTMLElement) place.textContent = (place.dataset[name] ?? "").replace("{seconds}", String(left));
}

/** While a reply waits only its row is pressed; keys press what no mouse could. @param {MouseEvent} event */
function click(event) {
  if (!held) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-undo-press]")) undo();
  else if (target.closest("[data-now]")) send();
  else held.row.focus({ preventScroll: true });
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (!held || held.isOnItsWay || event.defaultPrevented) return; // by the editor: it was this very press
  const sends = event.key === "Enter" && (event.target === held.row || event.ctrlKey || event.metaKey);
  if (event.key !== "Escape" && !sends) return;
  event.preventDefault();
  if (sends) send();
  else undo();
}

document.addEventListener("keydown", (event) => {
  const isElsewhere = held && !held.form.contains(/** @type {Node} */ (event.target));
  if (isElsewhere && event.key === "Escape" && !document.querySelector("dialog[open]")) key(event);
});
bindLeaving(() => held, end, send);
