// What was typed is kept until it was sent, for the account that typed it alone: in this browser at once, and at
// the desk where the form says how.
//
//   <form data-autosave="ticket-17" data-draft="/tickets/IT-1042/draft/">
//
// With data-autosave-of the page shows what was refused: it stands there alone, and in no new form of the name.
import { answersOf, fill, filesOf, holds, keptUnder, lettersOf, modes, placeOf, texts } from "./typed.js";

const LONGEST = 200_000;
const AT_ONCE = 400;
const QUIET = 1_500;
const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Restore and keep the texts of every form with data-autosave. @param {ParentNode} root */
export function bindAutosave(root) {
  for (const sent of document.querySelectorAll("[data-forget]")) {
    localStorage.removeItem(placeOf(/** @type {HTMLElement} */ (sent).dataset.forget));
    sent.remove();
  }
  for (const place of root.querySelectorAll("form[data-autosave]:not([data-kept])")) {
    const form = /** @type {HTMLFormElement} */ (place);
    form.dataset.kept = "";
    new Keeper(form).bind();
  }
}

class Keeper {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.key = placeOf(form.dataset.autosave);
    this.of = form.dataset.autosaveOf;
    this.timers = [0, 0];
    /** @type {AbortController | null} */
    this.asking = null;
    this.dirty = false;
    /** @type {Record<string, any> | null} what was sent as its page was left, until somebody knows that it went */
    this.left = null;
    this.over = lettersOf(form.elements.namedItem("body")?.value); // what the desk has of it
  }

  bind() {
    const values = keptUnder(this.key);
    if (values.of && values.of !== this.of) localStorage.removeItem(this.key);
    else if (values.once) {
      this.left = values;
      void import("./left-behind.js").then((behind) => behind.settle(this, values));
    } else this.put(values);
    if (this.of) this.keep();
    this.form.addEventListener("input", () => {
      this.stop();
      this.dirty = true;
      this.timers = [window.setTimeout(() => this.keep(), AT_ONCE), window.setTimeout(() => this.tell(), QUIET)];
    });
    this.form.addEventListener("submit", () => {
      this.stop();
      this.dirty = false;
      this.keep();
    });
    this.form.addEventListener("htmx:afterRequest", (event) => {
      const { successful, elt } = /** @type {CustomEvent} */ (event).detail;
      if (successful && elt === this.form) localStorage.removeItem(this.key);
    });
    this.form.addEventListener("otklik:held", () => void (this.dirty && this.tell()));
    this.form.addEventListener("otklik:withdrawn", () => {
      this.stop();
      if (this.dirty) this.keep();
    });
    this.form.addEventListener("otklik:left", () => {
      this.stop();
      this.dirty = false;
      const { once, body } = this.form.elements;
      this.left = { once: once?.value, at: Date.now(), body: body?.value, uploads: filesOf(this.form) };
      this.keep();
    });
    this.form.addEventListener("otklik:arrived", () => this.forget());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.dirty && this.form.isConnected) void this.tell(true);
    });
  }

  /** What is on its way is not kept again behind its back. */
  stop() {
    for (const timer of this.timers) clearTimeout(timer);
    this.asking?.abort();
  }

  /** @param {Record<string, any>} values */
  put(values) {
    try {
      fill(this.form, values);
    } catch {
      localStorage.removeItem(this.key);
    }
  }

  /** Keep it in this browser, with the key and the moment of its sending when it is what was left. */
  keep() {
    const { once, at } = this.left && holds(this.form, this.left) ? this.left : {};
    const chosen = modes(this.form).filter((one) => one.checked);
    const boxes = [...texts(this.form), ...this.form.querySelectorAll("input[data-format]"), ...chosen];
    const [uploads, answers] = [filesOf(this.form), answersOf(this.form)];
    const kept = JSON.stringify({ ...Object.fromEntries(boxes.map((box) => [box.name, box.value])), uploads, answers, once, at, of: this.of, over: this.over });
    const has = (uploads.length > 0 || answers.length > 0 || texts(this.form).some((box) => box.value)) && kept.length < LONGEST;
    if (has) localStorage.setItem(this.key, kept);
    else localStorage.removeItem(this.key);
    this.say(has);
  }

  /** The desk keeps it for every device; this browser's own copy is for when that fails. @param {boolean} [leaving] */
  async tell(leaving = false) {
    const address = this.form.dataset.draft;
    if (!address || this.form.hasAttribute("data-sending-files")) return;
    const typed = new FormData(this.form);
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "once", "mode", "body_format", "body"]) {
      body.append(name, String(typed.get(name) ?? ""));
    }
    for (const token of typed.getAll("uploads")) body.append("uploads", token);
    this.asking = new AbortController();
    const how = leaving ? { keepalive: true } : { signal: this.asking.signal };
    const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, ...how }).catch(() => null);
    if (answer?.status === 409) this.form.dispatchEvent(new CustomEvent("otklik:gone")); // by its key
    if (!answer?.ok) return;
    this.dirty = false;
    this.over = lettersOf(String(body.get("body")));
    if (this.left) this.keep();
    else this.forget();
  }

  forget() {
    this.left = null;
    localStorage.removeItem(this.key);
  }

  /** @param {boolean} has */
  say(has) {
    const place = /** @type {HTMLElement | null} */ (this.form.querySelector("[data-saved]"));
    if (place) place.textContent = has ? (place.dataset.saved ?? "").replace("{time}", time.format()) : "";
  }
}
