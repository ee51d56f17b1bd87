// What was typed is kept until it was sent, for the account that typed it alone: in this browser at once, and at
// the desk where the form says how.
//
//   <form data-autosave="ticket-17" data-draft="/tickets/IT-1042/draft/">
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
    this.timers = [0, 0];
    /** @type {AbortController | null} */
    this.asking = null;
    this.dirty = false;
  }

  bind() {
    restore(this.form, this.key);
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
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.dirty && this.form.isConnected) void this.tell(true);
    });
  }

  /** What is on its way is not kept again behind its back. */
  stop() {
    for (const timer of this.timers) clearTimeout(timer);
    this.asking?.abort();
  }

  keep() {
    const chosen = modes(this.form).filter((one) => one.checked);
    const boxes = [...texts(this.form), ...this.form.querySelectorAll("input[data-format]"), ...chosen];
    const [uploads, answers] = [filesOf(this.form), answersOf(this.form)];
    const kept = JSON.stringify({ ...Object.fromEntries(boxes.map((box) => [box.name, box.value])), uploads, answers });
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
    if (!answer?.ok) return;
    this.dirty = false;
    localStorage.removeItem(this.key);
  }

  /** @param {boolean} has */
  say(has) {
    const place = /** @type {HTMLElement | null} */ (this.form.querySelector("[data-saved]"));
    if (place) place.textContent = has ? (place.dataset.saved ?? "").replace("{time}", time.format()) : "";
  }
}

/** @param {string | undefined} name */
function placeOf(name) {
  return `otklik-typed-${document.documentElement.dataset.account ?? ""}-${name}`;
}

function modes(form) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[type=radio][name=mode]")]);
}

function texts(form) {
  return [...form.querySelectorAll("textarea[name], input[type=text][name], input:not([type])[name]")];
}

/** The files that wait to be sent with the text. @returns {[string, string][]} tokens and names */
function filesOf(form) {
  const rows = [...form.querySelectorAll("[data-uploads] .upload[data-token]")];
  return rows.map((row) => [row.dataset.token, row.querySelector(".cut")?.textContent ?? ""]);
}

/** The files that answer questions of the form. @returns {[string, string, string][]} questions, tokens and names */
function answersOf(form) {
  const rows = [...form.querySelectorAll("[data-answer-files] .upload :is([type=hidden], :checked)")];
  return rows.map((one) => [one.name, one.value, one.closest(".upload").querySelector(".cut")?.textContent ?? ""]);
}

/** Put back what was typed, said as what it is: the editor, bound later, reads text and HTML differently. */
function restore(form, key) {
  try {
    const values = JSON.parse(localStorage.getItem(key) ?? "{}");
    const isBegun = form.hasAttribute("data-begun"); // by the desk, for everybody: what was typed is more
    const isWritten = !isBegun && texts(form).some((box) => box.name === "body" && box.value);
    for (const box of texts(form)) {
      if ((box.value && !isBegun) || typeof values[box.name] !== "string") continue;
      const format = form.elements.namedItem(`${box.name}_format`);
      if (format) format.value = values[format.name] === "html" ? "html" : "text";
      box.value = values[box.name];
      for (const one of modes(form)) one.checked = one.value === (values.mode ?? "reply");
      box.dispatchEvent(new CustomEvent("otklik:filled"));
    }
    if (!isWritten && values.uploads?.length) void import("./restored-files.js").then((files) => files.showAgain(form, values.uploads));
    if (values.answers?.length) void import("./restored-files.js").then((files) => files.showAnswers(form, values.answers));
  } catch {
    localStorage.removeItem(key);
  }
}
