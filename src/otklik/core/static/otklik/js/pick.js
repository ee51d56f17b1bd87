// Choose from what was found by keys alone: <input data-pick="#list">, links in the list.
// Enter takes the first, arrows go through them and back into the box. The form is not sent by it.

/** @param {ParentNode} root */
export function bindPicks(root) {
  for (const place of root.querySelectorAll("input[data-pick]:not([data-bound])")) {
    const input = /** @type {HTMLInputElement} */ (place);
    input.dataset.bound = "";
    input.form?.addEventListener("keydown", (event) => move(event, input));
  }
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} input */
function move(event, input) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`${input.dataset.pick} a`)]);
  const stops = [input, ...links];
  const at = stops.indexOf(/** @type {HTMLElement} */ (event.target));
  if (at < 0) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) stops[at + step]?.focus();
  else if (event.key === "Escape" && at > 0) input.focus();
  else if (event.key === "Enter" && at === 0) links[0]?.click();
  else return;
  event.preventDefault();
}
