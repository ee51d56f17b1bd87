// One key for what is done often: any control with data-key is pressed by it.
import { latinKey } from "./latin.js";
import { sheet, showNodes } from "./dialog.js";

let begun = "";

/** "g" begins a key of two: "g q" goes to the queue. */
function begin() {
  begun = "g ";
  setTimeout(() => {
    begun = "";
  }, 1_500);
}

/** Press the control that names the key, unless somebody is typing. */
export function bindKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") leave(event.target);
    if (typing(event.target)) return;
    if (event.key === "?") {
      help(event);
      return;
    }
    const key = latinKey(event);
    const control = find(begun + key);
    begun = "";
    if (!control) {
      if (key === "g") begin();
      return;
    }
    event.preventDefault();
    press(control);
  });
}

/** A box of a dialog that has just closed has the focus for a moment more. @param {EventTarget | null} target */
function typing(target) {
  if (!(target instanceof HTMLElement) || target.closest("dialog:not([open])")) return false;
  return target.isContentEditable || target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

/** Escape leaves what is being written, so that the keys of the page work again; the text stays. @param {EventTarget | null} target */
function leave(target) {
  if (!(target instanceof HTMLElement) || target.closest("[data-menu][open]")) return;
  const place = target.closest("#composer, .filters") && target.closest(".room")?.querySelector(".room-scroll");
  if (place instanceof HTMLElement && typing(target)) place.focus({ preventScroll: true });
}

/** @param {string} key */
function find(key) {
  const controls = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return controls.find((one) => one.getClientRects().length > 0 || one.closest(".segments")) ?? controls[0];
}

/** @param {Element} control */
function press(control) {
  if (control instanceof HTMLInputElement && control.type === "radio") {
    control.click();
    const form = control.form;
    const box = form?.querySelector(".rich") ?? form?.querySelector("textarea");
    if (box instanceof HTMLElement) write(box);
  } else if (control instanceof HTMLInputElement) {
    control.focus();
    control.select();
  } else if (control instanceof HTMLElement) {
    control.click();
    const menu = control.matches("summary") ? control.parentElement : null;
    menu?.querySelector(".menu-item")?.focus();
  }
}

/** Go on at the end of what stands in a box. @param {HTMLElement} box */
function write(box) {
  box.focus();
  if (!box.isContentEditable) return;
  const place = getSelection();
  place?.selectAllChildren(box);
  place?.collapseToEnd();
}

/** Show which keys this page has. @param {KeyboardEvent} event */
function help(event) {
  event.preventDefault();
  const table = document.createElement("dl");
  table.className = "facts keys";
  const seen = new Set();
  for (const [key, words] of [...pressed(), ...told()]) {
    if (seen.has(key)) continue;
    seen.add(key);
    const term = document.createElement("dt");
    for (const part of key.split(" ")) {
      const name = document.createElement("kbd");
      name.textContent = part;
      term.append(name, " ");
    }
    const says = document.createElement("dd");
    says.textContent = words;
    table.append(term, says);
  }
  showNodes(sheet()?.dataset.keysWords ?? "", [table]);
}

/** The keys of controls. @returns {[string, string][]} */
function pressed() {
  return [...document.querySelectorAll("[data-key]")].map((one) => [one.getAttribute("data-key") ?? "", named(one)]);
}

/** The keys that the page tells of in words: at the foot of a list, and of the box in the rail. @returns {[string, string][]} */
function told() {
  const words = [...document.querySelectorAll(".keys")].filter((one) => one.querySelector("kbd"));
  const box = document.querySelector("[data-palette]");
  return [
    ...words.map((one) => /** @type {[string, string]} */ ([
      [...one.querySelectorAll("kbd")].map((key) => key.textContent?.toLowerCase()).join(" "),
      [...one.childNodes].filter((part) => part.nodeName !== "KBD").map((part) => part.textContent).join("").trim(),
    ])),
    ...(box ? [/** @type {[string, string]} */ (["Ctrl K", box.getAttribute("data-palette-words") ?? ""])] : []),
  ];
}

/** @param {Element} control */
function named(control) {
  const place = control.closest("[title]") ?? control.closest("label") ?? control;
  return place.getAttribute("title") || control.getAttribute("aria-label") || place.textContent?.trim() || "";
}
