// Files that answer a question of a form: sent as they are chosen, kept by their tokens.

/** Bind every place for such files, once. @param {ParentNode} root */
export function bindAnswerFiles(root) {
  for (const found of root.querySelectorAll("[data-answer-files]:not([data-bound])")) {
    const place = /** @type {HTMLElement} */ (found);
    place.dataset.bound = "";
    place.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      if (button) button.closest(".upload")?.remove();
    });
    const input = /** @type {HTMLInputElement} */ (place.querySelector("input[type=file]"));
    input.addEventListener("change", async (event) => {
      event.stopPropagation();
      const files = [...(input.files ?? [])];
      input.value = "";
      for (const file of files) await send(place, input, file);
    });
  }
}

/** @param {HTMLElement} place @param {HTMLInputElement} input @param {File} file */
async function send(place, input, file) {
  const row = document.createElement("div");
  row.className = "upload";
  const name = document.createElement("span");
  name.className = "cut";
  name.dir = "auto";
  name.textContent = file.name;
  const progress = document.createElement("progress");
  progress.setAttribute("aria-label", file.name);
  row.append(name, progress);
  input.before(row);
  const body = new FormData();
  body.append("file", file, file.name);
  const token = place.closest("form")?.querySelector("[name=csrfmiddlewaretoken]");
  const headers = { "X-CSRFToken": /** @type {HTMLInputElement} */ (token)?.value ?? "" };
  const answer = await fetch(place.dataset.url ?? "", { method: "POST", headers, body }).catch(() => null);
  progress.remove();
  if (answer?.status === 201) keep(place, row, (await answer.json()).token);
  else fail(place, row);
}

/** @param {HTMLElement} place @param {HTMLElement} row @param {string} token */
function keep(place, row, token) {
  const kept = document.createElement("input");
  kept.type = "hidden";
  kept.name = place.dataset.answerFiles ?? "";
  kept.value = token;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "button quiet small";
  remove.textContent = place.dataset.remove ?? "×";
  row.append(kept, remove);
}

/** @param {HTMLElement} place @param {HTMLElement} row */
function fail(place, row) {
  row.classList.add("failed");
  const why = document.createElement("small");
  why.setAttribute("role", "alert");
  why.textContent = place.dataset.failed ?? "";
  row.append(why);
}
