// The composer: reply and note as two plainly different modes.

/** Bind every composer inside `root`, once. @param {ParentNode} root */
export function bindComposers(root) {
  for (const form of root.querySelectorAll("form[data-composer]:not([data-modes])")) {
    const place = /** @type {HTMLFormElement} */ (form);
    place.dataset.modes = "";
    place.addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (input.name === "mode") place.dataset.mode = input.value;
    });
  }
}

/** Scroll the conversation to its end, where the news is. @param {ParentNode} root */
export function scrollToEnd(root) {
  for (const place of root.querySelectorAll("[data-scroll-end]")) place.scrollTop = place.scrollHeight;
}
