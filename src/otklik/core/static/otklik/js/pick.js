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
  if (event.isComposing) return;
  const list = /** @type {HTMLElement | null} */ (document.querySelector(input.dataset.pick ?? ""));
  const links = /** @type {HTMLElement[]} */ ([...(list?.querySelectorAll("a") ?? [])]);
  const stops = [input, ...links];
  const at = stops.indexOf(/** @type {HTMLElement} */ (event.target));
  if (at < 0) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) stops[at + step]?.focus();
  else if (event.key === "Escape" && at > 0) input.focus();
  else if (event.key === "Enter" && at === 0) take(input, list);
  else return;
  event.preventDefault();
}

/** Take the first of what was found for the very text; what is still on its way is waited for. @param {HTMLInputElement} input @param {HTMLElement | null} list */
function take(input, list) {
  const text = input.value.trim();
  if (!text || !list) return;
  if (list.dataset.for === text) list.querySelector("a")?.click();
  else {
    document.addEventListener("htmx:afterSettle", () => {
      const found = /** @type {HTMLElement | null} */ (document.querySelector(input.dataset.pick ?? ""));
      if (input.value.trim() === text && found?.dataset.for === text) take(input, found);
    }, { once: true });
    input.dispatchEvent(new Event("search"));
  }
}
