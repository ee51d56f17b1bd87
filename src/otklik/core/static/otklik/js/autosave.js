// What was typed is kept in this browser until it was sent.
const LONGEST = 200_000;
const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

/** Restore and keep the texts of every form with data-autosave. @param {ParentNode} root */
export function bindAutosave(root) {
  for (const place of root.querySelectorAll("form[data-autosave]:not([data-kept])")) {
    const form = /** @type {HTMLFormElement} */ (place);
    form.dataset.kept = "";
    const key = `otklik-typed-${form.dataset.autosave}`;
    restore(form, key);
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => keep(form, key), 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      keep(form, key);
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.successful) localStorage.removeItem(key);
    });
  }
  for (const sent of document.querySelectorAll("[data-forget]")) {
    localStorage.removeItem(`otklik-typed-${/** @type {HTMLElement} */ (sent).dataset.forget}`);
  }
}

function texts(form) {
  return [...form.querySelectorAll("textarea[name], input[type=text][name], input:not([type])[name]")];
}

function keep(form, key) {
  const values = Object.fromEntries(texts(form).map((box) => [box.name, box.value]));
  const kept = JSON.stringify(values);
  const has = Object.values(values).some(Boolean) && kept.length < LONGEST;
  if (has) localStorage.setItem(key, kept);
  else localStorage.removeItem(key);
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = has ? (place.dataset.saved ?? "").replace("{time}", time.format()) : "";
}

function restore(form, key) {
  try {
    const values = JSON.parse(localStorage.getItem(key) ?? "{}");
    for (const box of texts(form)) {
      if (!box.value && typeof values[box.name] === "string") {
        box.value = values[box.name];
        box.dispatchEvent(new CustomEvent("otklik:filled"));
      }
    }
  } catch {
    localStorage.removeItem(key);
  }
}
