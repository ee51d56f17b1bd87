// What a person typed, chose and attached in a form: to be read, and to be put back.

/** @returns {HTMLInputElement[]} */
export function modes(form) {
  return [...form.querySelectorAll("input[type=radio][name=mode]")];
}

export function texts(form) {
  return [...form.querySelectorAll("textarea[name], input[type=text][name], input:not([type])[name]")];
}

/** The files that wait to be sent with the text. @returns {[string, string][]} tokens and names */
export function filesOf(form) {
  const rows = [...form.querySelectorAll("[data-uploads] .upload[data-token]:not(:has([type=checkbox]:not(:checked)))")];
  return rows.map((row) => [row.dataset.token, row.querySelector(".cut")?.textContent ?? ""]);
}

/** The files that answer questions of the form. @returns {[string, string, string][]} questions, tokens and names */
export function answersOf(form) {
  const rows = [...form.querySelectorAll("[data-answer-files] .upload :is([type=hidden], :checked)")];
  return rows.map((one) => [one.name, one.value, one.closest(".upload").querySelector(".cut")?.textContent ?? ""]);
}

/** What is read of a text, however it is marked up. @param {string} text */
export function lettersOf(text) {
  return (text ?? "").replace(/<[^>]*>|&nbsp;|\s/g, "");
}

/** Is it just this that the form holds, however it is marked up? @param {{body: string, uploads?: [string, string][]}} values */
export function holds(form, values) {
  const pictures = (text) => (text ?? "").match(/<img\b/g)?.length ?? 0;
  const [body, sent] = [form.elements.namedItem("body").value, (values.uploads ?? []).map(([token]) => token)];
  const isSame = lettersOf(body) === lettersOf(values.body) && pictures(body) === pictures(values.body);
  return isSame && filesOf(form).every(([token]) => sent.includes(token));
}

/** Put back what was typed, said as what it is: the editor, bound later, reads text and HTML differently. */
export function fill(form, values) {
  const isBegun = form.hasAttribute("data-begun"); // by the desk, for everybody: what was typed is more
  const isWritten = !isBegun && texts(form).some((box) => box.name === "body" && box.value);
  for (const box of texts(form)) {
    const isOlder = box.name === "body" && lettersOf(box.value) === values.over; // the desk's copy of the same
    if ((box.value && !isBegun && !isOlder) || typeof values[box.name] !== "string") continue;
    const format = form.elements.namedItem(`${box.name}_format`);
    if (format) format.value = values[format.name] === "html" ? "html" : "text";
    box.value = values[box.name];
    for (const one of modes(form)) one.checked = one.value === (values.mode ?? "reply");
    box.dispatchEvent(new CustomEvent("otklik:filled"));
  }
  if (!isWritten && values.uploads?.length) void import("./restored-files.js").then((files) => files.showAgain(form, values.uploads));
  if (values.answers?.length) void import("./restored-files.js").then((files) => files.showAnswers(form, values.answers));
}

/** Where the person writes in the editor. @param {HTMLFormElement} form @returns {Range | null} */
export function caretIn(form) {
  const selection = getSelection();
  if (!selection?.rangeCount || !form.querySelector(".rich")?.contains(selection.anchorNode)) return null;
  return selection.getRangeAt(0).cloneRange();
}

/** Where this browser keeps what was typed. @param {string | undefined} name */
export function placeOf(name) {
  return `otklik-typed-${document.documentElement.dataset.account ?? ""}-${name}`;
}

/** @param {string} key a place of it @returns {Record<string, any>} */
export function keptUnder(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") ?? {};
  } catch {
    localStorage.removeItem(key);
    return {};
  }
}
