// A link with data-dialog opens its page in the one dialog; without this module it is a page.

/** @param {(root: ParentNode) => void} bind what to do with the page that arrived */
export function bindDialogs(bind) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("dialog"));
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
    if (form.hasAttribute("hx-post")) {
      form.addEventListener("htmx:afterRequest", () => dialog.close(), { once: true });
      return;
    }
    if (form.hasAttribute("data-plain")) return;
    event.preventDefault();
    void send(dialog, form, event.submitter, bind);
  });
}

/** @param {HTMLDialogElement} dialog @param {string} address */
async function show(dialog, address, bind) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    location.assign(address);
    return;
  }
  put(dialog, await answer.text(), bind);
  dialog.showModal();
  focusFirst(dialog);
}

/** Send a form of the dialog: a refusal is shown in place, success brings the page up to date. */
async function send(dialog, form, submitter, bind) {
  const body = new FormData(form, submitter);
  const headers = { "HX-Request": "true", "X-Dialog": "true" };
  const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
  if (!answer) return;
  if (answer.type === "opaqueredirect" || answer.status === 204) {
    location.assign(answer.headers.get("HX-Redirect") ?? location.href);
  } else if (answer.ok) {
    dialog.close();
    location.reload();
  } else {
    put(dialog, await answer.text(), bind);
    focusFirst(dialog);
  }
}

function put(dialog, html, bind) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  dialog.replaceChildren(...parsed.body.childNodes);
  window.htmx?.process(dialog);
  bind(dialog);
}

function focusFirst(dialog) {
  dialog.querySelector("[autofocus], .input, .rich, button[type=submit]")?.focus();
}
