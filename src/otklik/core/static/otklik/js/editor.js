// Rich text in place of a plain box. Without this module the box stays and sends plain text.
import { toggleList } from "./editor-list.js";
import { cleanPaste, markup, parsed, pastedFiles } from "./editor-paste.js";
import { latinKey } from "./latin.js";

/** @type {Record<string, () => void>} */
const COMMANDS = {
  bold: () => document.execCommand("bold"),
  italic: () => document.execCommand("italic"),
  list: () => toggleList("insertUnorderedList"),
  ordered: () => toggleList("insertOrderedList"),
  quote: () => toggleBlock("blockquote"),
  code: () => toggleBlock("pre"),
  heading: () => toggleBlock("h3"),
  subheading: () => toggleBlock("h4"),
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
  area.className = "editor-text rich";
  area.contentEditable = "true";
  area.setAttribute("role", "textbox");
  area.setAttribute("aria-multiline", "true");
  area.setAttribute("aria-label", box.getAttribute("aria-label") ?? box.labels?.[0]?.textContent ?? "");
  area.dataset.placeholder = box.placeholder;
  area.dir = "auto";
  box.hidden = true;
  box.required = false;
  box.after(area);
  fill(area, box);
  place.querySelector("[data-tools]")?.removeAttribute("hidden");
  document.execCommand("defaultParagraphSeparator", false, "p");
  area.addEventListener("input", () => save(area, box));
  area.addEventListener("keydown", (event) => shortcut(event, place, area, box));
  area.addEventListener("beforeinput", unwrapFirst);
  area.addEventListener("paste", (event) => paste(event, area, box));
  for (const button of place.querySelectorAll("[data-command]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      area.focus();
      press(/** @type {HTMLElement} */ (button).dataset.command ?? "", place);
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

/** Show what the box holds, HTML or plain text; from here on it is HTML. */
function fill(area, box) {
  const said = format(/** @type {HTMLElement} */ (box.closest("[data-editor]")));
  if (said.value === "html") {
    area.replaceChildren(...cleanPaste(parsed(box.value)).childNodes);
    return;
  }
  said.value = "html";
  area.innerText = box.value;
  save(area, box);
}

function save(area, box) {
  const empty = !area.textContent?.trim() && !area.querySelector("img");
  box.value = empty ? "" : area.innerHTML;
  area.toggleAttribute("data-empty", empty);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {KeyboardEvent} event */
function shortcut(event, place, area, box) {
  if (!(event.ctrlKey || event.metaKey)) return;
  if (event.key === "Enter") {
    event.preventDefault();
    box.form?.requestSubmit();
    return;
  }
  const name = KEYS[latinKey(event).toLowerCase()];
  if (name && !event.altKey) {
    event.preventDefault();
    press(name, place);
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
  document.execCommand("insertHTML", false, markup(parsed(html)));
  save(area, box);
}

/** Backspace before a quote, code or item makes it a paragraph first: joined as it is, the browser writes styles. @param {InputEvent} event */
function unwrapFirst(event) {
  const selection = document.getSelection();
  if (event.inputType !== "deleteContentBackward" || !selection?.isCollapsed || !selection.anchorNode) return;
  const { anchorNode: node, anchorOffset: offset } = selection;
  const block = (node instanceof Element ? node : node.parentElement)?.closest("blockquote, pre, li");
  if (!block) return;
  const before = document.createRange();
  before.setStart(block, 0);
  before.setEnd(node, offset);
  if (before.toString() || before.cloneContents().querySelector("img, br")) return;
  event.preventDefault();
  const name = { BLOCKQUOTE: "quote", PRE: "code" }[block.tagName] ?? (block.closest("ul, ol")?.tagName === "OL" ? "ordered" : "list");
  COMMANDS[name]();
}

/** @param {string} tag */
function toggleBlock(tag) {
  const here = document.getSelection()?.anchorNode?.parentElement?.closest(tag);
  document.execCommand("formatBlock", false, here ? "p" : tag);
}

/** @param {string} name @param {HTMLElement} place */
function press(name, place) {
  if (name !== "link") {
    COMMANDS[name]?.();
    return;
  }
  const box = /** @type {HTMLTextAreaElement} */ (place.querySelector("textarea"));
  const area = /** @type {HTMLElement} */ (place.querySelector(".rich"));
  void import("./editor-link.js").then((link) => link.askLink(place, area, () => save(area, box)));
}
