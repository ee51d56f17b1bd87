// The files that waited with a text kept in this browser, shown again with it.
import { fail, showKept } from "./answer-files.js";
import { removePicture } from "./editor-pictures.js";
import { failRow, waitingRow } from "./upload-row.js";

/** Show them at once; those that the desk has no more are told and not sent. @param {HTMLFormElement} form @param {[string, string][]} files tokens and names */
export async function showAgain(form, files) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector("[data-uploads]"));
  if (!place) return;
  const { remove = "×", gone = "", url = "" } = place.dataset;
  const rows = files.map(([token, name]) => waitingRow(token, name, remove));
  place.append(...rows);
  const waiting = await stillWaiting(url, files.map(([token]) => token));
  if (!waiting) return;
  const box = /** @type {HTMLTextAreaElement | null} */ (form.querySelector("[data-editor] textarea"));
  for (const row of rows.filter((one) => !waiting.includes(one.dataset.token))) {
    if (box) removePicture(box, row.dataset.token ?? "");
    row.removeAttribute("data-token");
    row.querySelector("input")?.remove();
    failRow(row, gone, remove);
  }
}

/** The same for files that answer questions, unless the desk has shown what was sent. @param {HTMLFormElement} form @param {[string, string, string][]} answers questions, tokens and names */
export async function showAnswers(form, answers) {
  const places = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-answer-files]")]);
  for (const place of places.filter((one) => !one.querySelector(".upload"))) {
    const mine = answers.filter(([question]) => question === place.dataset.answerFiles);
    const rows = mine.map(([, token, name]) => showKept(place, token, name));
    const waiting = rows.length ? await stillWaiting(place.dataset.url ?? "", mine.map(([, token]) => token)) : null;
    for (const [at, row] of waiting ? rows.entries() : []) {
      if (waiting?.includes(mine[at][1])) continue;
      row.querySelector("input")?.remove();
      fail(place, row, place.dataset.gone);
    }
  }
}

/** @param {string} url @param {string[]} tokens @returns {Promise<string[] | null>} null when it cannot be known */
async function stillWaiting(url, tokens) {
  const asked = new URLSearchParams(tokens.map((token) => ["token", token]));
  const answer = await fetch(`${url}?${asked}`).catch(() => null);
  return answer?.ok ? (await answer.json()).waiting : null;
}
