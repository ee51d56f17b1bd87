// Shows a question only when another holds the answer that it waits for. Without this all are shown.

/** Bind every place with conditions, once. @param {ParentNode} root */
export function bindConditions(root) {
  for (const place of root.querySelectorAll("[data-conditional]:not([data-conditions])")) {
    const form = /** @type {HTMLElement} */ (place);
    form.dataset.conditions = "";
    form.addEventListener("change", () => apply(form));
    apply(form);
  }
}

/** @param {HTMLElement} form */
function apply(form) {
  /** @type {Map<Element, Element>} */
  const waiting = new Map();
  for (const control of form.querySelectorAll("[data-shown-when]")) {
    const field = control.closest("[data-field]");
    if (field) waiting.set(field, control);
  }
  // A question that waits for a hidden one is hidden: as many rounds as there are questions.
  for (let round = 0; round <= waiting.size; round += 1) {
    let moved = false;
    for (const [field, control] of waiting) {
      const { shownWhen = "", shownValue = "" } = /** @type {HTMLElement} */ (control).dataset;
      const hidden = !holds(form, shownWhen, shownValue);
      moved ||= hidden !== /** @type {HTMLElement} */ (field).hidden;
      /** @type {HTMLElement} */ (field).hidden = hidden;
    }
    if (!moved) break;
  }
}

/** @param {HTMLElement} form @param {string} name @param {string} wanted */
function holds(form, name, wanted) {
  const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!field || /** @type {HTMLElement} */ (field).hidden) return false;
  const select = field.querySelector("select");
  if (select) {
    const option = select.selectedOptions[0];
    return select.value === wanted || (option?.dataset.branch ?? "").split(" ").includes(wanted);
  }
  const boxes = [...field.querySelectorAll("input[type=checkbox]")];
  if (wanted === "yes" || wanted === "no") {
    if (boxes.length === 1) return /** @type {HTMLInputElement} */ (boxes[0]).checked === (wanted === "yes");
  }
  return boxes.some((box) => /** @type {HTMLInputElement} */ (box).checked && /** @type {HTMLInputElement} */ (box).value === wanted);
}
