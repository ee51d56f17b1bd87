// A picture opens large in the dialog; the arrows walk through the others of its conversation.
import { sheet, showNodes } from "./dialog.js";

export function bindPictures() {
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-picture]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    const shown = sheet()?.open ? sheet()?.querySelector("[data-shown-picture]") : null;
    if (!shown || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    const all = [...document.querySelectorAll("a[data-picture]")];
    const here = all.findIndex((one) => one.getAttribute("data-picture") === shown.getAttribute("src"));
    const next = all[here + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) show(/** @type {HTMLElement} */ (next));
  });
}

/** @param {HTMLElement} link */
function show(link) {
  const picture = document.createElement("img");
  picture.className = "large-picture";
  picture.src = link.dataset.picture ?? "";
  picture.alt = link.title;
  picture.dataset.shownPicture = "";
  const close = document.createElement("form");
  close.method = "dialog";
  close.className = "row";
  const download = document.createElement("a");
  download.className = "button quiet";
  download.href = link.getAttribute("href") ?? "";
  download.textContent = link.title;
  download.dir = "auto";
  const button = document.createElement("button");
  button.className = "button push";
  button.textContent = sheet()?.dataset.closeWords ?? "×";
  close.append(download, button);
  showNodes("", [picture, close]);
  sheet()?.setAttribute("data-wide", "");
  sheet()?.addEventListener("close", () => sheet()?.removeAttribute("data-wide"), { once: true });
  button.focus();
}
