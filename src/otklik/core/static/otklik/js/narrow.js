// Narrow a list in sight while typing: <input data-narrow="#list">, items with data-narrow-text.
// Enter presses the first that was found; where nothing was looked for, nothing is meant.

/** @param {ParentNode} root */
export function bindNarrow(root) {
  for (const place of root.querySelectorAll("input[data-narrow]:not([data-bound])")) {
    const input = /** @type {HTMLInputElement} */ (place);
    input.dataset.bound = "";
    input.addEventListener("input", () => narrow(input));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (input.value.trim()) list(input)?.querySelector("[data-narrow-text]:not([hidden]) button")?.click();
    });
  }
}

function list(input) {
  return document.querySelector(input.dataset.narrow ?? "");
}

function narrow(input) {
  const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const item of list(input)?.querySelectorAll("[data-narrow-text]") ?? []) {
    const text = item.dataset.narrowText.toLocaleLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
}
