// A press beside a dialog closes it; a selection that was drawn out of its text does not.

/** @param {HTMLDialogElement} dialog */
export function bindBackdrop(dialog) {
  /** @type {EventTarget | null} */
  let pressed = null;
  dialog.addEventListener("pointerdown", (event) => {
    pressed = event.target;
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && pressed === dialog) dialog.close();
  });
}
