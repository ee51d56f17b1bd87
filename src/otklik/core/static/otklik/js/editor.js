// Rich text in place of a plain box. Without this module the box stays and sends plain text.
import { cleanPaste, pastedFiles } from "./editor-paste.js";

/** @type {Record<string, () => void>} */
const COMMANDS = {
  bold: () => document.execCommand("bold"),
  italic: () => document.execCommand("italic"),
  list: () => document.execCommand("insertUnorderedList"),
  ordered: () => document.execCommand("insertOrderedList"),
  quote: () => toggleBlock("blockquote"),
  code: () => toggleBlock("pre"),
  link: insertLink,
};
const KEYS = { b: "bold", i: "italic", k: "link" };

/** Make every `[data-editor]` inside `root` rich, once. @param {ParentNode} root */
export function bindEditors(root) {
  for (const place of root.querySelectorAll("[data-editor]:not([data-bound])")) {
    bind(/** @type {HTMLElement} */ (place));
  }
}

/** @param {HTMLElement} place */
function bind(place) {
  place.dataset.bound = "";
  const box = /** @type {HTMLTextAreaElement} */ (place.querySelector("textarea"));
  const area = document.createElement("div");
  area.className = `${box.className} rich`;
  area.contentEditable = "true";
  area.setAttribute("role", "textbox");
  area.setAttribute("aria-multiline", "true");
  area.setAttribute("aria-label", box.getAttribute("aria-label") ?? box.labels?.[0]?.textContent ?? "");
  area.dataset.placeholder = box.placeholder;
  area.dir = "auto";
  fill(area, box);
  box.hidden = true;
  box.required = false;
  box.after(area);
  format(place).value = "html";
  place.querySelector("[data-tools]")?.removeAttribute("hidden");
  document.execCommand("defaultParagraphSeparator", false, "p");
  area.addEventListener("input", () => save(area, box));
  area.addEventListener("keydown", (event) => shortcut(event, area, box));
  area.addEventListener("paste", (event) => paste(event, area, box));
  for (const button of place.querySelectorAll("[data-command]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      area.focus();
      COMMANDS[/** @type {HTMLElement} */ (button).dataset.command ?? ""]?.();
      save(area, box);
    });
  }
  box.addEventListener("otklik:filled", () => fill(area, box));
  box.form?.addEventListener("reset", () => area.replaceChildren());
}

/** @param {HTMLElement} place */
function format(place) {
  return /** @type {HTMLInputElement} */ (place.querySelector("input[data-format]"));
}

/** Show what the box holds: HTML that the desk cleaned, or plain text. */
function fill(area, box) {
  const parsed = new DOMParser().parseFromString(box.value, "text/html");
  area.replaceChildren(...cleanPaste(parsed.body).childNodes);
}

function save(area, box) {
  const empty = !area.textContent?.trim() && !area.querySelector("img");
  box.value = empty ? "" : area.innerHTML;
  area.toggleAttribute("data-empty", empty);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {KeyboardEvent} event */
function shortcut(event, area, box) {
  if (!(event.ctrlKey || event.metaKey)) return;
  if (event.key === "Enter") {
    event.preventDefault();
    box.form?.requestSubmit();
    return;
  }
  const name = KEYS[event.key.toLowerCase()];
  if (name) {
    event.preventDefault();
    COMMANDS[name]();
    save(area, box);
  }
}

/** @param {ClipboardEvent} event */
function paste(event, area, box) {
  const files = pastedFiles(event);
  if (files.length) {
    event.preventDefault();
    box.dispatchEvent(new CustomEvent("otklik:files", { bubbles: true, detail: { files, inline: true } }));
    return;
  }
  const html = event.clipboardData?.getData("text/html");
  if (!html) return;
  event.preventDefault();
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const holder = document.createElement("div");
  holder.append(...cleanPaste(parsed.body).childNodes);
  document.execCommand("insertHTML", false, holder.innerHTML);
  save(area, box);
}

/** @param {string} tag */
function toggleBlock(tag) {
  const here = document.getSelection()?.anchorNode?.parentElement?.closest(tag);
  document.execCommand("formatBlock", false, here ? "p" : tag);
}

function insertLink() {
  const text = String(document.getSelection() ?? "");
  const guess = /^https?:/i.test(text) ? text : "https://";
  const address = prompt("https://", guess);
  if (address && /^(https?:|mailto:|tel:)/i.test(address)) document.execCommand("createLink", false, address);
}

/** Put a picture that has arrived where the hand stands. */
export function insertPicture(box, url, name) {
  const area = box.parentElement?.querySelector(".rich");
  if (!area) return;
  const picture = document.createElement("img");
  picture.src = url;
  picture.alt = name;
  area.append(picture);
  save(area, box);
}
