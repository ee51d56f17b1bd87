/**
 * One file on its way: its name, how far it is, and a button to stop it.
 * @param {string} words @param {string} cancel @param {(row: HTMLElement) => void} stopped
 */
export function uploadRow(words, cancel, stopped) {
  const row = named(words);
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", words);
  const stop = plainButton(cancel);
  stop.addEventListener("click", () => stopped(row));
  row.append(stop, bar);
  return row;
}

/** A file that waits to be sent, as the desk shows it. @param {string} token @param {string} words @param {string} remove */
export function waitingRow(token, words, remove) {
  const row = named(words);
  row.dataset.token = token;
  const drop = plainButton(remove);
  drop.dataset.drop = "";
  row.append(drop, hidden("uploads", token));
  return row;
}

/** Give what the page itself showed, with boxes to leave it out, the same button as the rest. @param {HTMLElement} place */
export function bindShown(place) {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll(".upload [type=checkbox]"))) {
    const row = box.closest(".upload");
    const words = row?.querySelector(".cut")?.textContent ?? "";
    if (box.checked) row?.replaceWith(waitingRow(box.value, words, place.dataset.remove ?? "×"));
    else row?.remove();
  }
}

/** Say why a file is not there. @param {HTMLElement} row @param {string} words @param {string} remove */
export function failRow(row, words, remove) {
  row.classList.add("failed");
  row.querySelector("progress")?.remove();
  const why = document.createElement("small");
  why.setAttribute("role", "alert");
  why.textContent = words;
  row.append(why);
  const stop = row.querySelector("button");
  if (stop) stop.textContent = remove;
}

/** What sends a file with its form. @param {string} name @param {string} token */
export function hidden(name, token) {
  const kept = document.createElement("input");
  kept.type = "hidden";
  kept.name = name;
  kept.value = token;
  return kept;
}

/** @param {string} words */
export function plainButton(words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet small";
  button.textContent = words;
  return button;
}

/** A row that names a file, and nothing else yet. @param {string} words */
export function named(words) {
  const row = document.createElement("div");
  row.className = "upload";
  const name = document.createElement("span");
  name.className = "cut";
  name.dir = "auto";
  name.textContent = words;
  row.append(name);
  return row;
}

/** Say that a file has arrived: it is sent with the form by its token. @param {HTMLElement} row @param {string} token @param {string} words */
export function keepRow(row, token, words) {
  row.append(hidden("uploads", token));
  row.dataset.token = token;
  row.querySelector("progress")?.remove();
  const button = row.querySelector("button");
  if (button) button.textContent = words;
}
