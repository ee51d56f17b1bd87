// One key for what is done often: any control with data-key is pressed by it.

/** Press the control that names the key, unless somebody is typing. */
export function bindKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      help(event);
      return;
    }
    const control = find(event.key);
    if (!control) return;
    event.preventDefault();
    press(control);
  });
}

function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select"));
}

/** @param {string} key */
function find(key) {
  const controls = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return controls.find((one) => one.getClientRects().length > 0 || one.closest(".segments"));
}

/** @param {Element} control */
function press(control) {
  if (control instanceof HTMLInputElement && control.type === "radio") {
    control.click();
    const form = control.form;
    const box = form?.querySelector(".rich, textarea");
    if (box instanceof HTMLElement) box.focus();
  } else if (control instanceof HTMLInputElement) {
    control.focus();
    control.select();
  } else if (control instanceof HTMLElement) control.click();
}

/** Show which keys this page has. */
function help(event) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("dialog"));
  if (!dialog) return;
  event.preventDefault();
  const table = document.createElement("dl");
  table.className = "facts keys";
  const seen = new Set();
  for (const control of document.querySelectorAll("[data-key]")) {
    const key = control.getAttribute("data-key") ?? "";
    if (seen.has(key)) continue;
    seen.add(key);
    const name = document.createElement("kbd");
    name.textContent = key;
    const term = document.createElement("dt");
    term.append(name);
    const words = document.createElement("dd");
    words.textContent = control.getAttribute("title") || control.closest("label")?.textContent?.trim() || control.textContent?.trim() || "";
    table.append(term, words);
  }
  const sheet = document.createElement("div");
  sheet.className = "dialog-sheet";
  sheet.append(table);
  dialog.replaceChildren(sheet);
  dialog.showModal();
}
