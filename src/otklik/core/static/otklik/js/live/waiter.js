// @ts-check
// "3 new" above a list that never jumps under the hand: counts what came, until it is asked for.
//
//   <button id="queue-waiter" hidden data-waiter="#queue" data-topic="department:5" data-kind="opened"
//           data-words='{"one": "# new ticket", "other": "# new tickets"}'></button>
//
// With a data-refresh of its own the waiter is counted by the server and re-read like any fragment.

/** @typedef {import("./line.js").Hint} Hint */

/** @param {HTMLElement} waiter */
export function isCounting(waiter) {
  return waiter.dataset.words !== undefined;
}

/** @param {HTMLElement} waiter @param {Hint} hint */
export function countWaiter(waiter, hint) {
  const seen = new Set((waiter.dataset.seen ?? "").split(" ").filter(Boolean));
  seen.add(String(hint.ticket ?? hint.version ?? Date.now()));
  waiter.dataset.seen = [...seen].join(" ");
  waiter.textContent = worded(JSON.parse(waiter.dataset.words ?? "{}"), seen.size);
  waiter.hidden = false;
}

/** @param {Record<string, string>} words by plural form, with # for the number @param {number} count */
function worded(words, count) {
  const form = new Intl.PluralRules(document.documentElement.lang || "en").select(count);
  return (words[form] ?? words.other ?? "#").replace("#", String(count));
}
