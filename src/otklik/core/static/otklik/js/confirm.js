// What cannot be taken back is asked once more, in the page's own words.
//
//   <form data-confirm="Remove this organization? Its people stay." data-confirm-yes="Remove" data-confirm-no="Keep it">

/** Stop a form with data-confirm until its question was answered. */
export function bindConfirm() {
  document.addEventListener("submit", stop, true);
}

/** @param {SubmitEvent} event */
function stop(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const asking = event.submitter?.hasAttribute("data-confirm") ? /** @type {HTMLElement} */ (event.submitter) : form;
  if (!asking.dataset.confirm || form.dataset.sure !== undefined) {
    delete form.dataset.sure;
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  form.dataset.hold = ""; // no re-reading may take the form away under the question
  ask(asking.dataset, (sure) => {
    delete form.dataset.hold;
    if (!sure) return;
    form.dataset.sure = "";
    form.requestSubmit(event.submitter);
  });
}

/** @param {DOMStringMap} words @param {(sure: boolean) => void} answered */
function ask(words, answered) {
  const dialog = document.createElement("dialog");
  dialog.className = "float dialog";
  const sheet = document.createElement("form");
  sheet.className = "dialog-sheet stack-4";
  sheet.method = "dialog";
  const question = document.createElement("p");
  question.id = "confirm-question";
  question.textContent = words.confirm ?? "";
  const row = document.createElement("div");
  row.className = "row-wrap";
  row.append(button(words.confirmNo ?? "✕", "button", "no"), button(words.confirmYes ?? "✓", "button danger", "yes"));
  sheet.append(question, row);
  dialog.append(sheet);
  dialog.setAttribute("aria-labelledby", "confirm-question");
  dialog.addEventListener("close", () => {
    answered(dialog.returnValue === "yes");
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} words @param {string} kind @param {string} value */
function button(words, kind, value) {
  const press = document.createElement("button");
  press.className = kind;
  press.value = value;
  press.textContent = words;
  return press;
}
