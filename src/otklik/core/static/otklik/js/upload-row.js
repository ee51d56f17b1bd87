/**
 * One file on its way: its name, how far it is, and a button to stop it.
 * @param {string} words @param {string} cancel @param {(row: HTMLElement) => void} stopped
 */
export function uploadRow(words, cancel, stopped) {
  const row = document.createElement("div");
  row.className = "upload";
  const name = document.createElement("span");
  name.className = "cut";
  name.dir = "auto";
  name.textContent = words;
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", words);
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "button quiet small";
  stop.textContent = cancel;
  stop.addEventListener("click", () => stopped(row));
  row.append(name, stop, bar);
  return row;
}
