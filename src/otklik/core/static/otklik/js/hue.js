// Shows the page in the accent that is being chosen, before it is saved.

/** @param {ParentNode} root */
export function bindHues(root) {
  for (const box of root.querySelectorAll("[data-hue]:not([data-shown])")) {
    const input = /** @type {HTMLInputElement} */ (box);
    input.dataset.shown = "";
    input.addEventListener("input", () => show(input));
  }
}

/** @param {HTMLInputElement} input */
function show(input) {
  document.documentElement.style.setProperty("--desk-hue", input.value);
}
