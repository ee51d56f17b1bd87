// @ts-check
// Who else has this page open, as faces in its head, and which of them is writing a reply.
//
//   <span id="here" data-one="{name} is writing" data-several="{names} are writing">
//     <span class="faces" role="group" aria-label="Also here" hidden></span>
//     <span role="status"></span><span class="typing"></span>
//     <template><span class="face small" role="img"></span></template></span>

/** @typedef {[name: string, initials: string, writing: boolean]} Face */

const MOST = 4;
const QUIET = 20_000; // who stopped typing thinks, or has left
const CUT_OFF = 3_000;

export class Faces {
  /** @param {(word: "writing" | "quiet") => void} say */
  constructor(say) {
    this.say = say;
    /** @type {Face[]} */
    this.others = [];
    this.writes = false;
    this.timer = 0;
    this.cutting = 0;
    document.addEventListener("input", (event) => {
      const form = event.target instanceof Element ? event.target.closest("#composer") : null;
      if (form) this.typed(/** @type {HTMLFormElement} */ (form));
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      const { successful, requestConfig } = /** @type {CustomEvent} */ (event).detail;
      if (successful && requestConfig?.elt?.id === "composer") this.rest();
    });
  }

  /** The line stands: what the gateway knew of this page it has forgotten. */
  ready() {
    clearTimeout(this.cutting);
    this.cutting = 0;
    if (this.writes) this.say("writing");
  }

  /** Who is here is not known any more; most cuts are over before it matters. */
  cut() {
    this.cutting ||= window.setTimeout(() => this.show([]), CUT_OFF);
  }

  /** @param {HTMLFormElement} form */
  typed(form) {
    clearTimeout(this.timer);
    if (!isReply(form)) return this.rest();
    this.timer = window.setTimeout(() => this.rest(), QUIET);
    if (!this.writes) this.say("writing");
    this.writes = true;
  }

  rest() {
    clearTimeout(this.timer);
    if (this.writes) this.say("quiet");
    this.writes = false;
  }

  /** @param {Face[]} others */
  show(others) {
    this.others = others;
    this.draw();
  }

  /** Once more also after the head of the page was exchanged. */
  draw() {
    const place = document.getElementById("here");
    const [group, words, blank] = [".faces", "[role=status]", "template"].map((one) => place?.querySelector(one));
    if (!place || !(group instanceof HTMLElement) || !words || !(blank instanceof HTMLTemplateElement)) return;
    const shown = this.others.length > MOST ? this.others.slice(0, MOST - 1) : this.others;
    const rest = this.others.slice(shown.length).map(([name]) => name);
    const faces = shown.map(([name, initials, writing]) => face(blank, initials, name, writing));
    if (rest.length) faces.push(face(blank, `+${rest.length}`, listed(rest), false));
    group.replaceChildren(...faces);
    group.hidden = !faces.length;
    const said = this.said(place.dataset);
    if (words.textContent !== said) words.textContent = said;
  }

  /** @param {DOMStringMap} words */
  said({ one = "", several = "" }) {
    const names = this.others.filter(([, , writing]) => writing).map(([name]) => name);
    if (!names.length) return "";
    return names.length === 1 ? one.replace("{name}", () => names[0]) : several.replace("{names}", () => listed(names));
  }
}

/**
 * @param {HTMLTemplateElement} blank @param {string} initials @param {string} name @param {boolean} writing
 * @returns {HTMLElement}
 */
function face(blank, initials, name, writing) {
  const made = /** @type {HTMLElement} */ (blank.content.firstElementChild?.cloneNode(true));
  made.textContent = initials;
  made.title = name;
  made.setAttribute("aria-label", name);
  if (writing) made.dataset.presence = "busy";
  return made;
}

/** A note for colleagues is no second answer. @param {HTMLFormElement} form */
function isReply(form) {
  const typed = new FormData(form);
  const box = form.querySelector("[contenteditable=true]");
  const text = box ? box.textContent : String(typed.get("body") ?? "");
  return typed.get("mode") === "reply" && Boolean(text?.trim());
}

/** @param {string[]} names */
function listed(names) {
  return new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(names);
}
