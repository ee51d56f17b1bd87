// A picture opens large in the dialog; the arrows walk through the others of its conversation.
import { sheet, showNodes } from "./dialog.js";

export function bindPictures() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (isInWords(target)) {
      open(target.src, target.src, target.alt);
      return;
    }
    const link = /** @type {HTMLElement | null} */ (target.closest("a[data-picture]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if ((event.key === "Enter" || event.key === " ") && isInWords(target)) {
      event.preventDefault();
      open(target.src, target.src, target.alt);
      return;
    }
    const shown = sheet()?.open ? sheet()?.querySelector("[data-shown-picture]") : null;
    if (!shown || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    const all = [...document.querySelectorAll("a[data-picture]")];
    const here = all.findIndex((one) => one.getAttribute("data-picture") === shown.getAttribute("src"));
    const next = all[here + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) show(/** @type {HTMLElement} */ (next));
  });
}

/** Pictures that stand in a text are reached and named like buttons. @param {ParentNode} root */
export function markPictures(root) {
  const words = sheet()?.dataset.pictureWords ?? "";
  for (const picture of root.querySelectorAll(".words img:not([role])")) {
    if (!isInWords(picture)) continue;
    picture.tabIndex = 0;
    picture.setAttribute("role", "button");
    picture.setAttribute("aria-label", picture.alt ? `${words}: ${picture.alt}` : words);
  }
}

/** A picture in a link leads where the link does. @param {Element} target @returns {target is HTMLImageElement} */
function isInWords(target) {
  return target instanceof HTMLImageElement && Boolean(target.closest(".words")) && !target.closest("a");
}

/** @param {HTMLElement} link */
function show(link) {
  open(link.dataset.picture ?? "", link.getAttribute("href") ?? "", link.title);
}

/** @param {string} source @param {string} address @param {string} name */
function open(source, address, name) {
  const picture = document.createElement("img");
  picture.className = "large-picture";
  picture.src = source;
  picture.alt = name;
  picture.dataset.shownPicture = "";
  const close = document.createElement("form");
  close.method = "dialog";
  close.className = "row";
  const page = document.createElement("a");
  page.className = "button quiet";
  page.href = address;
  page.textContent = name;
  page.dir = "auto";
  const button = document.createElement("button");
  button.className = "button push";
  button.textContent = sheet()?.dataset.closeWords ?? "×";
  close.append(page, button);
  showNodes("", [picture, close]);
  sheet()?.setAttribute("data-wide", "");
  sheet()?.addEventListener("close", () => sheet()?.removeAttribute("data-wide"), { once: true });
  button.focus();
}
