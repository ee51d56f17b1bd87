// @ts-check
// A reply that waits while its page is left is sent at once, by its own key: whatever else sends it, it goes once.
import { forgetLeft, keepLeft } from "./left-kept.js";

const MOST_CARRIED = 60_000; // bytes: browsers carry no more for a page that is gone
const LONGEST = 8_000; // a network that swallows everything holds up no press for longer

/** @typedef {{form: HTMLFormElement, row: HTMLElement, pressed: HTMLButtonElement | null, until: number, timer: number, caret: Range | null, isOnItsWay: boolean}} Held */

/** @type {Held | null} what was sent because the page was left */
let left = null;

/**
 * @param {() => Held | null} waiting
 * @param {() => void} ended what to do when the desk has answered
 * @param {() => void} send submit what waits, as if its time were over
 */
export function bindLeaving(waiting, ended, send) {
  const leave = () => void sendNow(waiting());
  const back = () => void (left && location.reload());
  addEventListener("pagehide", leave);
  document.addEventListener("freeze", leave);
  document.addEventListener("resume", back);
  addEventListener("pageshow", back);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) back();
    else if (matchMedia("(pointer: coarse)").matches) leave(); // a telephone stops clocks, or ends the page unheard
  });
  addEventListener("beforeunload", (event) => {
    const one = waiting();
    if (one && weight(one.form) > MOST_CARRIED) event.preventDefault(); // the browser asks whether to stay
  });
  document.addEventListener("submit", (event) => goFirst(waiting(), event, send), { capture: true });
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
    const one = waiting();
    if (!one || elt !== one.form) return;
    delete parameters.target; // htmx takes the button that had the focus last
    if (one.pressed?.name) parameters[one.pressed.name] = one.pressed.value;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const one = waiting();
    if (one && isAnswerTo(event, one)) ended();
  });
}

/** Is this htmx's word of that form? Its answer has taken the form off the page by now. @param {Event} event @param {Held} one */
function isAnswerTo(event, one) {
  return /** @type {CustomEvent} */ (event).detail.requestConfig?.elt === one.form;
}

/** Another form takes the page away, or the right to send: the reply goes before it. @param {Held | null} one @param {SubmitEvent} event @param {() => void} send */
function goFirst(one, event, send) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!one || one.isOnItsWay || form === one.form || form.method === "dialog" || event.defaultPrevented) return;
  const stays = form.closest("dialog") !== null || form.hasAttribute("data-after-reply");
  if (!stays && form.hasAttribute("hx-post")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (stays) sendThen(one, send, (went) => (went ? again(form, submitter) : form.closest("dialog")?.close()));
  else void sendNow(one).then(() => form.requestSubmit(submitter));
}

/** @param {Held} one @param {() => void} send @param {(went: boolean) => void} then what to do once the page shows how it went */
function sendThen(one, send, then) {
  document.addEventListener("htmx:afterRequest", function hear(event) {
    if (!isAnswerTo(event, one)) return;
    document.removeEventListener("htmx:afterRequest", hear);
    setTimeout(() => then(/** @type {CustomEvent} */ (event).detail.successful));
  });
  send();
}

/** Press it once more; what stood on the page was drawn anew meanwhile. @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
function again(form, submitter) {
  if (form.isConnected) form.requestSubmit(submitter);
  else {
    const action = CSS.escape(form.getAttribute("action") ?? "");
    /** @type {HTMLFormElement | null} */ (document.querySelector(`form[data-after-reply][action="${action}"]`))?.requestSubmit();
  }
}

/** Send it without the page. @param {Held | null} one */
export async function sendNow(one) {
  if (!one || one === left) return;
  left = one;
  clearInterval(one.timer);
  one.isOnItsWay = true;
  const body = new FormData(one.form);
  if (one.pressed?.name) body.set(one.pressed.name, one.pressed.value);
  one.form.dispatchEvent(new CustomEvent("otklik:left"));
  const once = String(body.get("once"));
  keepLeft(once, { address: one.form.dataset.told ?? "", at: Date.now() });
  const signal = AbortSignal.timeout(LONGEST);
  const how = { method: "POST", body, headers: { "HX-Request": "true", "X-Left": "true" }, keepalive: weight(one.form) <= MOST_CARRIED, signal };
  const answer = await fetch(one.form.getAttribute("action") ?? "", how).catch(() => null);
  if (!answer?.ok) return;
  forgetLeft(once);
  one.form.dispatchEvent(new CustomEvent("otklik:arrived"));
}

/** @param {HTMLFormElement} form @returns {number} about how many bytes it sends */
function weight(form) {
  const typed = [...new FormData(form).values()].map((value) => (typeof value === "string" ? value : value.name));
  return new TextEncoder().encode(typed.join("")).length;
}
