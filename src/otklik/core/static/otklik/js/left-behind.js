// A reply that was sent while its page was left: the desk tells whether it went. Until then the form has the key
// of that sending, so that the same words go once.

/**
 * @param {{form: HTMLFormElement, key: string, tell: (leaving: boolean) => Promise<number>, put: (values: object) => void}} keeper
 * @param {{once: string, body: string}} values what was sent, as this browser kept it
 */
export async function settle(keeper, values) {
  const once = /** @type {HTMLInputElement} */ (keeper.form.elements.namedItem("once"));
  const box = /** @type {HTMLTextAreaElement} */ (keeper.form.elements.namedItem("body"));
  const [own, before] = [once.value, box.value];
  once.value = values.once;
  const status = await keeper.tell(true); // which no typing stops
  const isUntouched = box.value === before;
  if (status === 409) {
    once.value = own;
    localStorage.removeItem(keeper.key);
    if (isUntouched) clear(keeper.form, box);
  } else if (isUntouched && !before) {
    keeper.put(values);
  }
}

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} box */
function clear(form, box) {
  box.value = "";
  box.dispatchEvent(new CustomEvent("otklik:filled"));
  form.querySelector("[data-uploads]")?.replaceChildren();
}
