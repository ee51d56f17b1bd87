// What was typed or attached in a dialog and not sent outlives its closing: it stands there when the same page is
// opened again, until this page is left.
// The very nodes are kept, so that the desk still learns what the person had seen when they wrote.

const NOT_TYPED = new Set(["hidden", "checkbox", "radio", "file", "submit", "button", "password"]);

/** @type {Map<string, Node[]>} by the address of the page that was shown */
const kept = new Map();

/** Keep what stands in a dialog if somebody wrote there or attached a file. @param {HTMLDialogElement} dialog @param {string} address */
export function keepTyped(dialog, address) {
  const isRefused = dialog.querySelector("[data-refused]") !== null; // then the desk wrote all of it there again
  if (address && (hasTyped(dialog, isRefused) || hasAttached(dialog, isRefused))) kept.set(address, [...dialog.childNodes]);
}

/** Give what was kept of a page, once. @param {string} address @returns {Node[] | undefined} */
export function takeTyped(address) {
  const nodes = kept.get(address);
  kept.delete(address);
  return nodes;
}

/** @param {HTMLDialogElement} dialog @param {boolean} isRefused */
function hasTyped(dialog, isRefused) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (dialog.querySelectorAll("form input[name], form textarea[name]"));
  return [...boxes].some((box) => !NOT_TYPED.has(box.type) && box.value !== (isRefused ? "" : box.defaultValue));
}

/** Files that answer a question; those that the ticket had before are drawn by the desk, as are sent ones after a refusal. @param {HTMLDialogElement} dialog @param {boolean} isRefused */
function hasAttached(dialog, isRefused) {
  const attached = isRefused ? ".upload:not(.failed)" : ".upload:not(.failed, [data-token])";
  return dialog.querySelector(`[data-answer-files] ${attached}`) !== null;
}
