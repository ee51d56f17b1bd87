// @ts-check
// A reply that was sent while its page was left and did not go: the next page says so, once, wherever it is.
import { KNOWN, allLeft, forgetLeft, keepLeft, leftBy } from "./left-kept.js";
import { answerText, parsedAnswer } from "./trusted.js";

const ASKED_AFTER = [300, 1_000, 2_000, 4_000, 8_000];
const ON_ITS_WAY = 10_000; // so long what nothing is known of may still come
const SEEN = 2_000; // a toast that stood so long was there to be seen
const NEVER = [403, 404, 410]; // who asks works here no more: nothing will ever be told

/** Tell of all that this browser does not know to have gone. */
export function tellLeft() {
  for (const once of allLeft()) void follow(once);
}

/** Ask until it is known, or told by another page. @param {string} once */
async function follow(once) {
  for (const rest of ASKED_AFTER) {
    await new Promise((done) => setTimeout(done, rest));
    await untilLookedAt();
    const left = leftBy(once);
    if (!left || Date.now() - left.at > KNOWN) return forgetLeft(once);
    if (Date.now() - (left.shown ?? 0) < SEEN) continue;
    const answer = await fetch(`${left.address}&once=${encodeURIComponent(once)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status === 204) tellForms(once);
    if (answer?.status === 204 || NEVER.includes(answer?.status ?? 0)) return forgetLeft(once);
    const isOver = answer?.status === 200 || (answer?.status === 202 && Date.now() - left.at > ON_ITS_WAY);
    if (answer && isOver) return show(once, await answerText(answer));
  }
}

/** It went: no form holds it as if it had not. @param {string} once */
function tellForms(once) {
  for (const box of document.querySelectorAll(`input[name=once][value="${CSS.escape(once)}"]`)) {
    /** @type {HTMLInputElement} */ (box).form?.dispatchEvent(new CustomEvent("otklik:gone"));
  }
}

/** A page that nobody looks at tells nothing. */
async function untilLookedAt() {
  while (document.hidden) {
    await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  }
}

/** Two pages do not tell it both, and one that is left at once leaves it to the next. @param {string} once @param {string} html */
function show(once, html) {
  const left = leftBy(once);
  const toast = parsedAnswer(html).querySelector(".toast");
  if (!left || !toast) return;
  keepLeft(once, { ...left, shown: Date.now() });
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => forgetLeft(once), SEEN);
}
