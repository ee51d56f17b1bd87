// Files that answer a question of a form: sent as they are chosen, kept by their tokens.
import { failRow, hidden, named, plainButton } from "./upload-row.js";

/** Bind every place for such files, once. @param {ParentNode} root */
export function bindAnswerFiles(root) {
  for (const found of root.querySelectorAll("[data-answer-files]:not([data-bound])")) {
    const place = /** @type {HTMLElement} */ (found);
    place.dataset.bound = "";
    place.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      if (!button) return;
      button.closest(".upload")?.remove();
      changed(place);
    });
    const input = /** @type {HTMLInputElement} */ (place.querySelector("input[type=file]"));
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      void sendChosen(place, input);
    });
    place.closest("form")?.addEventListener("submit", hold, { capture: true });
    void sendChosen(place, input); // before this module came
  }
}

/** @param {HTMLElement} place @param {HTMLInputElement} input */
async function sendChosen(place, input) {
  const files = [...(input.files ?? [])];
  input.value = "";
  const rows = files.map((file) => wait(input, file));
  for (const [at, file] of files.entries()) await send(place, rows[at], file);
  repeat(place.closest("form"));
}

/** A form is not sent before its files have arrived; the press is repeated then. @param {SubmitEvent} event */
function hold(event) {
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  if (!form.querySelector("[data-answer-files] progress")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed.set(form, event.submitter);
  event.submitter?.setAttribute("aria-busy", "true");
}

/** @type {WeakMap<HTMLFormElement, HTMLElement | null>} */
const pressed = new WeakMap();

/** @param {HTMLFormElement | null} form */
function repeat(form) {
  if (!form || !pressed.has(form) || form.querySelector("[data-answer-files] progress")) return;
  const submitter = pressed.get(form);
  pressed.delete(form);
  submitter?.removeAttribute("aria-busy");
  if (!form.querySelector("[data-answer-files] .failed")) form.requestSubmit(submitter);
}

/** @param {HTMLInputElement} input @param {File} file */
function wait(input, file) {
  const progress = document.createElement("progress");
  progress.setAttribute("aria-label", file.name);
  const row = named(file.name);
  row.append(progress);
  input.before(row);
  return row;
}

/** A file that was sent before the page was left. @param {HTMLElement} place @param {string} token @param {string} words */
export function showKept(place, token, words) {
  const row = named(words);
  place.querySelector("input[type=file]")?.before(row);
  keep(place, row, token);
  return row;
}

/** What waits with the text is kept like the text. @param {HTMLElement} place */
function changed(place) {
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLElement} place @param {HTMLElement} row @param {File} file */
async function send(place, row, file) {
  const rules = rulesFor(place);
  if (file.size > Number(rules.limit || Infinity)) {
    fail(place, row, rules.tooLarge);
    return;
  }
  const body = new FormData();
  body.append("type", rules.type ?? "");
  body.append("file", file, file.name);
  const token = place.closest("form")?.querySelector("[name=csrfmiddlewaretoken]");
  const headers = { "X-CSRFToken": /** @type {HTMLInputElement} */ (token)?.value ?? "" };
  const answer = await fetch(place.dataset.url ?? "", { method: "POST", headers, body }).catch(() => null);
  if (answer?.status === 201) {
    row.querySelector("progress")?.remove();
    keep(place, row, (await answer.json()).token);
    changed(place);
  } else fail(place, row, (answer?.status === 413 && rules.tooLarge) || place.dataset.failed);
}

/** How large a file may be: what the form's own place for files says. @param {HTMLElement} place */
function rulesFor(place) {
  const form = place.closest("form");
  const found = form?.querySelector("[data-file-rules]") ?? form?.querySelector("[data-limit]");
  return /** @type {HTMLElement | null} */ (found)?.dataset ?? {};
}

/** @param {HTMLElement} place @param {HTMLElement} row @param {string} token */
function keep(place, row, token) {
  row.append(hidden(place.dataset.answerFiles ?? "", token), plainButton(place.dataset.remove ?? "×"));
}

/** @param {HTMLElement} place @param {HTMLElement} row @param {string | undefined} words */
export function fail(place, row, words) {
  failRow(row, words ?? "", place.dataset.remove ?? "×");
}
