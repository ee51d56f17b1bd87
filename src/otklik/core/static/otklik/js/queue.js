// @ts-check
// The list of tickets under the keyboard: j k move, x chooses, Enter opens; and the bar of what
// to do with the chosen. Without this module the same rows are links and boxes of one form.

const ROW = "[data-row]";
/** Where the last opened ticket is kept, so that j goes on from it after coming back. */
const OPENED = "otklik-opened-row";

/** @returns {HTMLElement[]} */
function rows() {
  return [...document.querySelectorAll(`#queue-rows > ${ROW}`)].map((row) => /** @type {HTMLElement} */ (row));
}

/** @param {Element | null | undefined} row @returns {HTMLInputElement | null} */
function pickOf(row) {
  return row?.querySelector("input.pick") ?? null;
}

/** @returns {HTMLInputElement[]} */
function picked() {
  return rows().map(pickOf).filter((pick) => pick !== null && pick.checked).map((pick) => /** @type {HTMLInputElement} */ (pick));
}

/** The rows, the bar and the box above them say the same. */
function show() {
  const chosen = picked();
  for (const row of rows()) row.setAttribute("aria-selected", String(pickOf(row)?.checked ?? false));
  const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-bulk]"));
  if (bar) {
    bar.toggleAttribute("data-ready", true);
    bar.toggleAttribute("data-on", chosen.length > 0);
    const place = /** @type {HTMLElement | null} */ (bar.querySelector("[data-bulk-count]"));
    if (place) place.textContent = worded(JSON.parse(place.dataset.words ?? "{}"), chosen.length);
    for (const button of bar.querySelectorAll("button")) button.disabled = chosen.length === 0;
  }
  const all = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-pick-all]"));
  if (!all) return;
  all.checked = chosen.length > 0 && chosen.length === rows().length;
  all.indeterminate = chosen.length > 0 && !all.checked;
}

/** @param {Record<string, string>} words by plural form, with # for the number @param {number} count */
function worded(words, count) {
  const form = new Intl.PluralRules(document.documentElement.lang || "en").select(count);
  return (words[form] ?? words.other ?? "#").replace("#", String(count));
}

/** @param {HTMLButtonElement} button a button of the bar whose page asks for more */
function ask(button) {
  const address = new URL(button.formAction, location.href);
  for (const pick of picked()) address.searchParams.append("ticket", pick.value);
  address.searchParams.set("back", location.pathname + location.search);
  const link = document.createElement("a");
  link.href = address.href;
  link.dataset.dialog = "";
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {number} by */
function move(by) {
  const all = rows();
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  const here = focused < 0 ? all.findIndex((row) => row.dataset.ticket === sessionStorage.getItem(OPENED)) : focused;
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  /** @type {HTMLElement | null | undefined} */ (next?.querySelector("a.subject"))?.focus();
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
  } else if (event.key === "x") {
    const pick = pickOf(target.closest(ROW));
    if (!pick) return;
    event.preventDefault();
    pick.checked = !pick.checked;
    show();
  } else if (event.key === "Escape" && picked().length > 0) {
    for (const pick of picked()) pick.checked = false;
    show();
  }
}

/** @param {Event} event */
function changed(event) {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.matches("[data-pick-all]")) {
    for (const row of rows()) {
      const pick = pickOf(row);
      if (pick) pick.checked = box.checked;
    }
  }
  if (box.matches(".pick")) show();
}

/** Put the caret on the word that cannot be understood. */
function pointAtFault() {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-fault-at]"));
  if (!box) return;
  // Python counts code points, the browser UTF-16 units.
  const signs = [...box.value];
  const units = (/** @type {number} */ count) => signs.slice(0, count).join("").length;
  const at = Number(box.dataset.faultAt);
  box.focus();
  box.setSelectionRange(units(at), units(at + Number(box.dataset.faultLength)));
}

/** The panel of filters starts from what stands in the box, sent or not. */
document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-filters]"));
  const box = /** @type {HTMLInputElement | null} */ (document.getElementById("query"));
  if (!link || !box) return;
  const address = new URL(link.href);
  address.searchParams.set("q", box.value);
  link.href = address.href;
}, { capture: true });
document.addEventListener("keydown", press);
document.addEventListener("change", changed);
document.addEventListener("reset", () => setTimeout(show));
document.addEventListener("htmx:afterSwap", () => show());
document.addEventListener("click", (event) => {
  const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("a.subject")?.closest(ROW) ?? null);
  if (row) sessionStorage.setItem(OPENED, row.dataset.ticket ?? "");
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (event.target).closest("[data-bulk-dialog]"));
  if (!button) return;
  event.preventDefault();
  ask(button);
});
show();
pointAtFault();
