// The palette on Ctrl-K: tickets, people and actions while one types. Without this module the box searches.
//
//   <input type="search" data-palette="/palette/" data-palette-words="Tickets, people, actions">

import { bindBackdrop } from "./backdrop.js";
import { latinKey } from "./latin.js";
import { answerText, parsedAnswer } from "./trusted.js";

const PAUSE = 120;

/** Open on Ctrl-K and from the box of the rail. */
export function bindPalette() {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-palette]"));
  if (!box) return;
  const palette = new Palette(box);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && latinKey(event).toLowerCase() === "k" && !inEditor(event.target)) {
      event.preventDefault();
      palette.open();
    }
  });
  box.dataset.bound = "";
}

/** Ctrl-K makes a link where rich text is written. */
function inEditor(target) {
  return target instanceof HTMLElement && target.isContentEditable;
}

class Palette {
  /** @param {HTMLInputElement} box */
  constructor(box) {
    this.address = box.dataset.palette ?? "";
    this.words = box.dataset.paletteWords ?? "";
    this.timer = 0;
    this.asked = "";
  }

  open() {
    if (document.querySelector("dialog[open]")) return;
    this.dialog ??= this.make();
    this.input.value = "";
    this.asked = "\0";
    void this.ask();
    this.dialog.showModal();
    this.input.focus();
  }

  make() {
    const dialog = document.createElement("dialog");
    dialog.className = "float dialog palette";
    dialog.setAttribute("aria-label", this.words);
    this.input = document.createElement("input");
    this.input.type = "search";
    this.input.className = "input";
    this.input.placeholder = this.words;
    this.input.autocomplete = "off";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": this.words, "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list" })) {
      this.input.setAttribute(name, value);
    }
    const head = document.createElement("form");
    const search = document.createElement("span");
    search.className = "search";
    const glass = document.querySelector("[data-palette]")?.parentElement?.querySelector(".icon")?.cloneNode(true);
    if (glass) search.append(glass);
    search.append(this.input);
    head.append(search);
    this.place = document.createElement("div");
    dialog.append(head, this.place);
    document.body.append(dialog);
    this.listen(dialog, head);
    return dialog;
  }

  /** @param {HTMLDialogElement} dialog @param {HTMLFormElement} head */
  listen(dialog, head) {
    head.addEventListener("submit", (event) => {
      event.preventDefault();
      this.chosen()?.click();
    });
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), PAUSE);
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") dialog.close(); // a search box would only empty itself
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    });
    bindBackdrop(dialog);
  }

  async ask() {
    const text = this.input.value.trim();
    if (text === this.asked) return;
    this.asked = text;
    const address = `${this.address}?q=${encodeURIComponent(text)}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || this.asked !== text) return;
    const parsed = parsedAnswer(await answerText(answer));
    this.place.replaceChildren(...parsed.body.childNodes);
    this.options().forEach((option, index) => {
      option.id = `palette-${index}`;
      option.tabIndex = -1;
    });
    this.mark(this.options()[0]);
  }

  /** @returns {HTMLElement[]} */
  options() {
    return [...this.place.querySelectorAll("[role=option]")];
  }

  chosen() {
    return this.options().find((option) => option.getAttribute("aria-selected") === "true");
  }

  /** @param {number} by */
  step(by) {
    const options = this.options();
    const here = options.indexOf(this.chosen());
    this.mark(options[(here + by + options.length) % options.length]);
  }

  /** @param {HTMLElement | undefined} option */
  mark(option) {
    for (const one of this.options()) one.setAttribute("aria-selected", String(one === option));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }
}
