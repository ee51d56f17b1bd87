// What stands in the one dialog: the sheet of a page, or nodes that a module made.
import { parsedAnswer } from "./trusted.js";

/** @param {HTMLDialogElement} dialog @param {string} title @param {Node[]} nodes */
export function fill(dialog, title, nodes) {
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

/** Say in a form that it did not arrive. @param {HTMLFormElement} form */
export function unsent(form) {
  const said = document.createElement("p");
  said.className = "notice bad";
  said.setAttribute("role", "alert");
  said.textContent = document.getElementById("toasts")?.dataset.unsent ?? "";
  form.querySelector(":scope > [role=alert]")?.remove();
  form.prepend(said);
}

/** Show a page that arrived. @param {HTMLDialogElement} dialog @param {string} html */
export function put(dialog, html, bind) {
  const parsed = parsedAnswer(html);
  const nodes = [...parsed.body.childNodes];
  if (parsed.querySelector(".dialog-sheet")) dialog.replaceChildren(...nodes);
  else fill(dialog, "", nodes);
  window.htmx?.process(dialog);
  bind(dialog);
}

/** @param {HTMLDialogElement} dialog */
export function focusFirst(dialog) {
  const first = "[autofocus], [aria-invalid=true], .choices input, .input, .rich, button[type=submit], audio, video, pre";
  dialog.querySelector(first)?.focus();
}
