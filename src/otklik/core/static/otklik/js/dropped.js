// Files that are dropped on a form from outside the browser.

/** Show that the form takes them, and hand them over. @param {HTMLFormElement} form @param {(files: File[]) => void} take */
export function bindDropped(form, take) {
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(/** @type {Node | null} */ (event.relatedTarget))) form.classList.remove("dropping");
  });
  form.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    form.classList.remove("dropping");
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}
