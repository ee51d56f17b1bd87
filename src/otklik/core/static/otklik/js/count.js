// Counts what is typed as people count: grapheme clusters, live.
const segmenter = new Intl.Segmenter();

/** @param {ParentNode} root */
export function bindCounts(root) {
  for (const box of root.querySelectorAll("[data-count-max]:not([data-counted])")) {
    const input = /** @type {HTMLTextAreaElement} */ (box);
    input.dataset.counted = "";
    input.addEventListener("input", () => show(input));
    show(input);
  }
}

/** @param {string} text */
function graphemes(text) {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** What stands there as the desk counts it: paragraphs with one empty line between them. @param {Element} rich */
function lines(rich) {
  return /** @type {HTMLElement} */ (rich).innerText.replace(/\n{3,}/g, "\n\n").trim();
}

/** @param {HTMLTextAreaElement} box */
function show(box) {
  const place = box.closest("[data-editor], .field")?.querySelector("[data-count]");
  if (!place) return;
  const most = Number(box.dataset.countMax);
  const rich = box.parentElement?.querySelector(".rich");
  const text = rich ? lines(rich) : box.value.trim();
  const left = text.length < most / 2 ? most - text.length : most - graphemes(text);
  place.classList.toggle("over", left < 0);
  if (left < 0) place.textContent = (box.dataset.countOver ?? "").replace("{over}", String(-left));
  else place.textContent = left > most / 5 ? "" : (box.dataset.countWords ?? "").replace("{left}", String(left));
}
