// A reply that was sent while its page was left: the desk tells whether it went. Until then the form has the key
// of that sending, so that the same words go once; when it went, they do not stand there as if it had not.
import { KNOWN } from "./left-kept.js";
import { holds } from "./typed.js";

/**
 * @typedef {{form: HTMLFormElement, tell: (leaving: boolean) => Promise<void>, put: (values: object) => void, keep: () => void, forget: () => void}} Keeper
 * @param {Keeper} keeper
 * @param {{once: string, at: number, body: string}} values what was sent, as this browser kept it
 */
export async function settle(keeper, values) {
  if (Date.now() - values.at > KNOWN) {
    keeper.forget();
    return;
  }
  const { form } = keeper;
  const once = /** @type {HTMLInputElement} */ (form.elements.namedItem("once"));
  const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
  const [own, before] = [once.value, box.value];
  once.value = values.once;
  const choose = () => void (once.value = holds(form, values) ? values.once : own); // other words need no answer
  let isKnown = false;
  const gone = () => {
    isKnown = true;
    form.removeEventListener("input", choose);
    form.removeEventListener("otklik:gone", gone);
    once.value = own;
    keeper.forget();
    if (holds(form, values)) clear(form, box);
    else keeper.keep();
  };
  form.addEventListener("input", choose);
  form.addEventListener("otklik:gone", gone);
  await keeper.tell(true); // which no typing stops
  if (isKnown || box.value !== before) return;
  once.value = values.once;
  if (!holds(form, values)) {
    box.value = "";
    keeper.put(values);
  }
  keeper.keep();
}

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} box */
function clear(form, box) {
  box.value = "";
  box.dispatchEvent(new CustomEvent("otklik:filled"));
  form.querySelector("[data-uploads]")?.replaceChildren();
}
