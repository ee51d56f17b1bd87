// A link with data-dialog opens its page in the one dialog; without this module it is a page.
import { answerText, parsedAnswer } from "./trusted.js";

/** @param {(root: ParentNode) => void} bind what to do with the page that arrived */
export function bindDialogs(bind) {
  const dialog = sheet();
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-dialog-close]") || target === dialog) dialog.close();
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-dialog]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void show(dialog, link.href, bind);
  });
  dialog.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method === "dialog") return;
    if (form.hasAttribute("hx-post")) {
      form.addEventListener("htmx:afterRequest", () => dialog.close(), { once: true });
      return;
    }
    if (form.hasAttribute("data-plain")) return;
    event.preventDefault();
    void send(dialog, form, event.submitter, bind);
  });
  dialog.addEventListener("close", () => dialog.replaceChildren());
}

/** @returns {HTMLDialogElement | null} */
export function sheet() {
  return /** @type {HTMLDialogElement | null} */ (document.getElementById("dialog"));
}

/** Show nodes that a module made. @param {string} title @param {Node[]} nodes */
export function showNodes(title, nodes) {
  const dialog = sheet();
  if (!dialog) return;
  const holder = document.createElement("div");
  holder.className = "dialog-sheet stack-4";
  if (title) {
    const heading = document.createElement("h2");
    heading.id = "dialog-title";
    heading.dir = "auto";
    heading.textContent = title;
    const head = document.createElement("header");
    head.className = "row";
    head.append(heading, closing(dialog.dataset.closeWords ?? ""));
    holder.append(head);
  }
  holder.append(...nodes);
  dialog.replaceChildren(holder);
  if (!dialog.open) dialog.showModal();
}

/** @param {string} words */
function closing(words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small push";
  button.dataset.dialogClose = "";
  button.textContent = words;
  return button;
}

/** @param {HTMLDialogElement} dialog @param {string} address */
async function show(dialog, address, bind) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    location.assign(address);
    return;
  }
  put(dialog, await answerText(answer), bind);
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
    location.assign(answer.headers.get("HX-Redirect") ?? location.href);
  } else if (answer.ok) {
    dialog.close();
    bringUpToDate(await answerText(answer));
  } else {
    put(dialog, await answerText(answer), bind);
    focusFirst(dialog);
  }
}

/** The answer is a part of this page, or the page is loaded again. @param {string} html */
function bringUpToDate(html) {
  const id = parsedAnswer(html).body.firstElementChild?.id;
  const target = id ? document.getElementById(id) : null;
  document.dispatchEvent(new CustomEvent("otklik:beforeSwap"));
  if (target && window.htmx) window.htmx.swap(target, html, { swapStyle: "outerHTML" });
  else location.reload();
}

function unsent(form) {
  const said = document.createElement("p");
  said.className = "notice bad";
  said.setAttribute("role", "alert");
  said.textContent = document.getElementById("toasts")?.dataset.unsent ?? "";
  form.querySelector(":scope > [role=alert]")?.remove();
  form.prepend(said);
}

function put(dialog, html, bind) {
  const parsed = parsedAnswer(html);
  const nodes = [...parsed.body.childNodes];
  if (parsed.querySelector(".dialog-sheet")) dialog.replaceChildren(...nodes);
  else showNodes("", nodes);
  window.htmx?.process(dialog);
  bind(dialog);
}

function focusFirst(dialog) {
  const first = "[autofocus], [aria-invalid=true], .choices input, .input, .rich, button[type=submit], audio, video, pre";
  dialog.querySelector(first)?.focus();
}
