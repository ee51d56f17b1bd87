// The files that waited with a text kept in this browser, shown again with it.
import { removePicture } from "./editor-pictures.js";
import { failRow, waitingRow } from "./upload-row.js";

/** Show them at once; those that the desk has no more are told and not sent. @param {HTMLFormElement} form @param {[string, string][]} files tokens and names */
export async function showAgain(form, files) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector("[data-uploads]"));
  if (!place) return;
  const { remove = "×", gone = "", url = "" } = place.dataset;
  const rows = files.map(([token, name]) => waitingRow(token, name, remove));
  place.append(...rows);
  const asked = new URLSearchParams(files.map(([token]) => ["token", token]));
  const answer = await fetch(`${url}?${asked}`).catch(() => null);
  if (!answer?.ok) return;
  const { waiting } = await answer.json();
  const box = /** @type {HTMLTextAreaElement | null} */ (form.querySelector("[data-editor] textarea"));
  for (const row of rows.filter((one) => !waiting.includes(one.dataset.token))) {
    if (box) removePicture(box, row.dataset.token ?? "");
    row.removeAttribute("data-token");
    row.querySelector("input")?.remove();
    failRow(row, gone, remove);
  }
}
