// @ts-check
// A reply that waits while its page is left is sent at once, by its own key: whatever else sends it, it goes once.

const MOST_CARRIED = 60_000; // bytes: browsers carry no more for a page that is gone

/** @typedef {{form: HTMLFormElement, row: HTMLElement, pressed: HTMLButtonElement | null, until: number, timer: number, caret: Range | null, isOnItsWay: boolean}} Held */

/** @type {Held | null} what was sent because the page was left */
let left = null;

/**
 * @param {() => Held | null} waiting
 * @param {() => void} ended what to do when the desk has answered
 */
export function bindLeaving(waiting, ended) {
  const leave = () => void sendNow(waiting());
  const back = () => void (left && location.reload());
  addEventListener("pagehide", leave);
  document.addEventListener("freeze", leave);
  document.addEventListener("resume", back);
  addEventListener("pageshow", back);
  addEventListener("beforeunload", (event) => {
    const one = waiting();
    if (one && weight(one.form) > MOST_CARRIED) event.preventDefault(); // the browser asks whether to stay
  });
  document.addEventListener("submit", (event) => sendFirst(waiting(), event), { capture: true });
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
    const one = waiting();
    if (!one || elt !== one.form) return;
    delete parameters.target; // htmx takes the button that had the focus last
    if (one.pressed?.name) parameters[one.pressed.name] = one.pressed.value;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.elt === waiting()?.form) ended();
  });
}

/** Another form takes the page away, and perhaps the right to send: the reply goes before it. @param {Held | null} one @param {SubmitEvent} event */
function sendFirst(one, event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const stays = form === one?.form || form.hasAttribute("hx-post") || form.method === "dialog" || form.closest("dialog");
  if (!one || one === left || stays || event.defaultPrevented) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  void sendNow(one).then(() => form.requestSubmit(submitter));
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
  const how = { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: weight(one.form) <= MOST_CARRIED };
  const answer = await fetch(one.form.getAttribute("action") ?? "", how).catch(() => null);
  if (answer?.ok) one.form.dispatchEvent(new CustomEvent("otklik:arrived"));
}

/** @param {HTMLFormElement} form @returns {number} about how many bytes it sends */
function weight(form) {
  const typed = [...new FormData(form).values()].map((value) => (typeof value === "string" ? value : value.name));
  return new TextEncoder().encode(typed.join("")).length;
}
