// The small dialog of a link: where it leads and what it says; an old one is changed or taken away.
import { markup } from "./editor-paste.js";

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/**
 * Ask for a link at the selection of a rich text, then put it there.
 * @param {HTMLElement} place what holds the text and the sheet @param {HTMLElement} area @param {() => void} done
 */
export function askLink(place, area, done) {
  const sheet = /** @type {HTMLTemplateElement | null} */ (place.querySelector("template[data-link-sheet]"));
  if (!sheet) return;
  const range = chosen(area);
  const old = linkAt(area, range);
  const text = old ? (old.textContent ?? "") : String(range);
  const dialog = document.createElement("dialog");
  dialog.className = "float dialog";
  dialog.setAttribute("aria-labelledby", "link-title");
  dialog.append(sheet.content.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const [address, said] = ["address", "text"].map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)));
  address.value = old?.getAttribute("href") ?? guess(text);
  said.value = text;
  form.querySelector("[data-link-text]")?.toggleAttribute("hidden", Boolean(text) && !old);
  form.querySelector("[data-link-remove]")?.toggleAttribute("hidden", !old);
  form.addEventListener("submit", (event) => check(event, form, address));
  dialog.addEventListener("close", () => {
    dialog.remove();
    area.focus();
    select(range, old);
    if (dialog.returnValue === "remove") document.execCommand("unlink");
    if (dialog.returnValue === "keep") put(canonical(address.value) ?? "", said.value.trim(), text, old);
    if (old && !dialog.returnValue) select(range, null);
    done();
  });
  document.body.append(dialog);
  dialog.showModal();
  address.select();
}

/** @param {HTMLElement} area @returns {Range} */
function chosen(area) {
  const selection = getSelection();
  if (selection?.rangeCount && area.contains(selection.anchorNode)) return selection.getRangeAt(0).cloneRange();
  const range = document.createRange();
  range.selectNodeContents(area);
  range.collapse(false);
  return range;
}

/** @param {HTMLElement} area @param {Range} range */
function linkAt(area, range) {
  const start = range.startContainer;
  const near = start instanceof Element ? (start.childNodes[range.startOffset] ?? start) : start;
  const link = (near instanceof Element ? near : near.parentElement)?.closest("a");
  return link && area.contains(link) ? link : null;
}

/** @param {Range} range @param {Element | null} link */
function select(range, link) {
  if (link) range.selectNode(link);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

/** What is selected may be an address itself. @param {string} text */
function guess(text) {
  return /^\S+$/.test(text.trim()) && /[.@]/.test(text) ? (canonical(text) ?? "") : "";
}

/** An address as it is kept, or null for what leads nowhere. @param {string} typed */
export function canonical(typed) {
  const bare = typed.trim();
  if (!bare || /\s/.test(bare)) return null;
  const scheme = /^[a-z][a-z0-9+.-]*:(?!\d+(\/|$))/i.test(bare);
  const made = scheme ? bare : /^[^/@]+@[^/@]+$/.test(bare) ? `mailto:${bare}` : /^\+?[\d()-]{5,}$/.test(bare) ? `tel:${bare}` : `https://${bare}`;
  if (!URL.canParse(made)) return null;
  const url = new URL(made);
  if (!SAFE.has(url.protocol)) return null;
  if (url.protocol === "mailto:") return /^[^@]+@[^@]+\.[^@]+$/.test(url.pathname) ? made : null;
  if (url.protocol === "tel:") return /\d{3}/.test(url.pathname) ? made : null;
  return /^(localhost|.+\..+|\[.+\])$/.test(url.hostname) ? made : null;
}

/** @param {string} address @param {string} said @param {string} text what was selected @param {Element | null} old */
function put(address, said, text, old) {
  if (text && (!said || said === text)) {
    document.execCommand("createLink", false, address);
    return;
  }
  const link = document.createElement("a");
  link.setAttribute("href", address);
  link.textContent = said || old?.textContent || address.replace(/^(mailto:|tel:)/, "");
  const holder = document.createElement("div");
  holder.append(link);
  document.execCommand("insertHTML", false, markup(holder));
}

/** @param {SubmitEvent} event @param {HTMLFormElement} form @param {HTMLInputElement} input */
function check(event, form, input) {
  const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (pressed?.value !== "keep" || canonical(input.value)) return;
  event.preventDefault();
  form.querySelector(".fault")?.removeAttribute("hidden");
  input.setAttribute("aria-invalid", "true");
  input.focus();
}
