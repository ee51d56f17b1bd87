// What was typed is kept in this browser until it was sent: for the account that typed it alone.
const LONGEST = 200_000;
const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Restore and keep the texts of every form with data-autosave. @param {ParentNode} root */
export function bindAutosave(root) {
  for (const place of root.querySelectorAll("form[data-autosave]:not([data-kept])")) {
    const form = /** @type {HTMLFormElement} */ (place);
    form.dataset.kept = "";
    const key = placeOf(form.dataset.autosave);
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
    localStorage.removeItem(placeOf(/** @type {HTMLElement} */ (sent).dataset.forget));
  }
}

/** @param {string | undefined} name */
function placeOf(name) {
  return `otklik-typed-${document.documentElement.dataset.account ?? ""}-${name}`;
}

/** The choice that says who will read the words: a draft of a note must not come back as a reply. */
function modes(form) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[type=radio][name=mode]")]);
}

function texts(form) {
  return [...form.querySelectorAll("textarea[name], input[type=text][name], input:not([type])[name]")];
}

function keep(form, key) {
  const chosen = modes(form).filter((one) => one.checked);
  const values = Object.fromEntries([...texts(form), ...chosen].map((box) => [box.name, box.value]));
  const kept = JSON.stringify(values);
  const has = texts(form).some((box) => box.value) && kept.length < LONGEST;
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
        for (const one of modes(form)) one.checked = one.value === (values.mode ?? "reply");
        box.dispatchEvent(new CustomEvent("otklik:filled"));
      }
    }
  } catch {
    localStorage.removeItem(key);
  }
}
