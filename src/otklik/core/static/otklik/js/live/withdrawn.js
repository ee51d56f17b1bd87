// @ts-check
// A page that is no longer for this person: what it showed goes at once. What they typed themselves stays, to be
// copied, with the reason; nothing of it can be sent.
//
//   <template id="withdrawn"><div> <h1 data-out="…" data-lost="…"></h1> <… data-typed> … </div></template>

import { typedIn } from "./keep.js";

/** @typedef {import("./renewal.js").Refusal} Refusal */

/** @type {HTMLElement | null} what stands in the page's place */
let panel = null;

export function isWithdrawn() {
  return panel !== null;
}

/** Once more when the person, who had lost the page, also signs out. @param {Refusal} refusal */
export function withdraw(refusal) {
  panel ??= made();
  if (!panel) return;
  tell(panel, refusal);
  const room = (!refusal.isOut && document.getElementById("content")) || document.createElement("main");
  for (const dialog of document.querySelectorAll("dialog")) {
    if (dialog.open) dialog.close();
    dialog.replaceChildren();
  }
  room.replaceChildren(panel);
  if (!room.isConnected) document.body.replaceChildren(room);
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-page]"));
  if (place) Object.assign(place.dataset, { livePage: place.dataset.liveThen ?? "", liveToken: "" });
  panel.querySelector("h1")?.focus();
}

/** @returns {HTMLElement | null} */
function made() {
  const blank = document.getElementById("withdrawn");
  if (!(blank instanceof HTMLTemplateElement)) return null;
  const one = /** @type {HTMLElement} */ (blank.content.firstElementChild?.cloneNode(true));
  for (const form of document.forms) form.dispatchEvent(new CustomEvent("otklik:withdrawn"));
  const words = one.querySelector("[data-words]");
  const places = written();
  words?.append(...places.map(copyOf));
  one.dataset.kept = String(places.every((place) => place.closest("form[data-autosave]")));
  if (!places.length) for (const part of one.querySelectorAll("[data-typed]")) part.remove();
  one.querySelector("[data-copy]")?.addEventListener("click", () => words && copy(one, words));
  return one;
}

/** @param {HTMLElement} one @param {Refusal} refusal */
function tell(one, { isOut, words }) {
  const head = one.querySelector("h1");
  const said = (isOut ? head?.dataset.out : words || head?.dataset.lost) ?? "";
  if (head) head.textContent = said;
  document.title = said;
  const comesBack = isOut && one.dataset.kept === "true";
  const shown = { "[data-comes-back]": comesBack, "[data-copy-first]": !comesBack, "[data-when-out]": isOut, "[data-when-in]": !isOut };
  for (const [selector, is] of Object.entries(shown)) {
    for (const part of one.querySelectorAll(selector)) /** @type {HTMLElement} */ (part).hidden = !is;
  }
  const link = /** @type {HTMLAnchorElement | null} */ (one.querySelector("a[data-when-out]"));
  // by the attribute: in a template's own document, where it was made, a link has no address yet
  if (link && !link.getAttribute("href")?.includes("?")) {
    link.setAttribute("href", `${link.getAttribute("href")}?${new URLSearchParams({ next: location.pathname + location.search })}`);
  }
}

/** Where something is written: editors, and boxes without one. @returns {HTMLElement[]} */
function written() {
  const editors = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[contenteditable='true']")]);
  const boxes = typedIn(document).filter((field) => !field.hidden && isForWords(field) && field.value.trim());
  return [...editors.filter((editor) => editor.textContent?.trim()), ...boxes];
}

/** @param {import("./keep.js").Field} field */
function isForWords(field) {
  return field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && /^(text|email|url|tel|number)$/.test(field.type));
}

/** @param {HTMLElement} place */
function copyOf(place) {
  const copied = document.createElement("div");
  copied.dir = "auto";
  if (place.isContentEditable) copied.append(...[...place.childNodes].map((node) => node.cloneNode(true)));
  else copied.textContent = /** @type {HTMLTextAreaElement} */ (place).value;
  return copied;
}

/** By the selection: so it goes with its looks, and from a desk without a certificate too. @param {HTMLElement} one @param {Element} words */
function copy(one, words) {
  getSelection()?.selectAllChildren(words);
  const said = /** @type {HTMLElement | null} */ (one.querySelector("[data-copied]"));
  if (document.execCommand("copy") && said) said.textContent = said.dataset.copied ?? "";
}
