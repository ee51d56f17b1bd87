// A link with data-dialog opens its page in the one dialog; without this module it is a page.
import { bindBackdrop } from "./backdrop.js";
import { keepTyped, takeTyped } from "./dialog-kept.js";
import { fill, focusFirst, put, unsent } from "./dialog-sheet.js";
import { answerText, parsedAnswer } from "./trusted.js";

/** The address of the page that the dialog shows, until it was sent. */
let shown = "";

/** @param {(root: ParentNode) => void} bind what to do with the page that arrived */
export function bindDialogs(bind) {
  const dialog = sheet();
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-dialog-close]")) dialog.close();
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-dialog]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void show(dialog, link.href, bind);
  });
  dialog.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method === "dialog") return;
    if (form.hasAttribute("hx-post")) {
      form.addEventListener("htmx:afterRequest", (answered) => {
        if (/** @type {CustomEvent} */ (answered).detail.successful) shown = "";
        dialog.close();
      }, { once: true });
      return;
    }
    if (form.hasAttribute("data-plain")) return;
    event.preventDefault();
    void send(dialog, form, event.submitter, bind);
  });
  dialog.addEventListener("keydown", (event) => {
    const area = event.target;
    const isSent = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented; // by the editor
    if (!isSent || !(area instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    area.form?.requestSubmit(area.form.querySelector("button[type=submit]"));
  });
  bindBackdrop(dialog);
  dialog.addEventListener("close", () => {
    if (!dialog.open) clear(dialog); // its word comes late: another page may be open in it by then
  });
}

/** @param {HTMLDialogElement} dialog */
function clear(dialog) {
  keepTyped(dialog, shown);
  shown = "";
  dialog.replaceChildren();
}

/** @returns {HTMLDialogElement | null} */
export function sheet() {
  return /** @type {HTMLDialogElement | null} */ (document.getElementById("dialog"));
}

/** Show nodes that a module made. @param {string} title @param {Node[]} nodes */
export function showNodes(title, nodes) {
  const dialog = sheet();
  if (!dialog) return;
  clear(dialog);
  fill(dialog, title, nodes);
  if (!dialog.open) dialog.showModal();
}

/** @param {HTMLDialogElement} dialog @param {string} address */
async function show(dialog, address, bind) {
  if (!dialog.open) clear(dialog); // keeps what was typed there: the word of its closing may still be to come
  const typed = takeTyped(address);
  const answer = typed ? null : await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!typed && !answer?.ok) {
    location.assign(address);
    return;
  }
  const html = answer ? await answerText(answer) : "";
  clear(dialog);
  if (typed) dialog.replaceChildren(...typed);
  else put(dialog, html, bind);
  shown = address;
  if (!dialog.open) dialog.showModal();
  focusFirst(dialog);
}

/** Send a form of the dialog: a refusal is shown in place, success brings the page up to date. */
async function send(dialog, form, submitter, bind) {
  const body = new FormData(form, submitter);
  const headers = { "HX-Request": "true", "X-Dialog": "true" };
  submitter?.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
  submitter?.removeAttribute("aria-busy");
  if (!answer || answer.status >= 500) {
    unsent(form);
  } else if (answer.type === "opaqueredirect" || answer.status === 204) {
    shown = "";
    dialog.close();
    go(answer.headers.get("HX-Redirect") ?? location.href);
  } else if (answer.ok) {
    shown = "";
    dialog.close();
    bringUpToDate(await answerText(answer));
  } else {
    put(dialog, await answerText(answer), bind);
    dialog.querySelector("form")?.setAttribute("data-refused", "");
    focusFirst(dialog);
  }
}

/** To the very page that is shown, with a place in its address, a link alone would only scroll. @param {string} address */
function go(address) {
  if (address.includes("#") && new URL(address, location.href).href === location.href) location.reload();
  else location.assign(address);
}

/** The answer is a part of this page, or the page is loaded again. @param {string} html */
function bringUpToDate(html) {
  const id = parsedAnswer(html).body.firstElementChild?.id;
  const target = id ? document.getElementById(id) : null;
  document.dispatchEvent(new CustomEvent("otklik:beforeSwap"));
  if (target && window.htmx) window.htmx.swap(target, html, { swapStyle: "outerHTML" });
  else location.reload();
}
