// A reply that was sent while its page was left: the desk tells whether it went. Until then the form has the key
// of that sending, so that the same words go once.
import { KNOWN } from "./left-kept.js";
import { lettersOf } from "./typed.js";

/**
 * @typedef {{form: HTMLFormElement, key: string, tell: (leaving: boolean) => Promise<number>, put: (values: object) => void,
 *   keep: (once: string, at: number) => void}} Keeper
 * @param {Keeper} keeper
 * @param {{once: string, at: number, body: string}} values what was sent, as this browser kept it
 */
export async function settle(keeper, values) {
  if (Date.now() - values.at > KNOWN) {
    localStorage.removeItem(keeper.key);
    return;
  }
  const once = /** @type {HTMLInputElement} */ (keeper.form.elements.namedItem("once"));
  const box = /** @type {HTMLTextAreaElement} */ (keeper.form.elements.namedItem("body"));
  const [own, before] = [once.value, box.value];
  once.value = values.once;
  const isSame = () => lettersOf(box.value) === lettersOf(values.body);
  const others = () => void (once.value = isSame() ? values.once : own); // other words need no answer
  keeper.form.addEventListener("input", others);
  const status = await keeper.tell(true); // which no typing stops
  keeper.form.removeEventListener("input", others);
  const isUntouched = box.value === before;
  if (status === 409) {
    once.value = own;
    localStorage.removeItem(keeper.key);
    if (isUntouched && lettersOf(before) === lettersOf(values.body)) clear(keeper.form, box);
  } else if (isUntouched) {
    once.value = values.once;
    if (lettersOf(before) !== lettersOf(values.body)) {
      box.value = "";
      keeper.put(values);
    }
    keeper.keep(values.once, values.at);
  }
}

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} box */
function clear(form, box) {
  box.value = "";
  box.dispatchEvent(new CustomEvent("otklik:filled"));
  form.querySelector("[data-uploads]")?.replaceChildren();
}
