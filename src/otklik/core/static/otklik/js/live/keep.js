// @ts-check
// What a person did inside a fragment outlives its re-reading: focus, typed text, folds, scroll.

const FIELDS = "input, textarea, select";
const HOLDING = "dialog[open], :popover-open, [aria-haspopup][aria-expanded='true'], [data-hold], [data-hold-typed]:not(:placeholder-shown)";
const LOOKED_AT = [0.3, 0.33, 0.36, 0.5, 0.7];
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** Is the person at work in there, so that it must not move now? @param {HTMLElement} root */
export function isHeld(root) {
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.isContentEditable && root.contains(active)) return true;
  if (root.querySelector(HOLDING)) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && selection.containsNode(root, true)) && !ownsFocus(root);
}

/** A selection inside a focused field is kept, not waited for. @param {Element} root */
function ownsFocus(root) {
  return root.contains(document.activeElement) && document.activeElement?.matches(FIELDS);
}

/** Is there anything on the page that a reload would lose? */
export function somethingTyped() {
  const editors = [...document.querySelectorAll("[contenteditable='true']")];
  return editors.some((editor) => editor.textContent?.trim()) || typedIn(document).some((field) => field.type !== "search");
}

/**
 * Remember what the person did inside `root`; the answer puts it into its successor.
 * @param {HTMLElement} root
 * @returns {(successor: HTMLElement) => void}
 */
export function keep(root) {
  const typed = typedIn(root).map((field) => ({ find: wayTo(root, field), state: stateOf(field) }));
  const folds = [...root.querySelectorAll("details")].map((fold) => ({ find: wayTo(root, fold), open: fold.open }));
  const scrolled = [root, ...root.querySelectorAll("*")]
    .filter((place) => place.scrollTop || place.scrollLeft)
    .map((place) => ({ find: wayTo(root, place), top: place.scrollTop, left: place.scrollLeft }));
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const focus = active && { find: wayTo(root, active), span: spanOf(active) };
  const anchor = anchorIn(root);

  return (successor) => {
    for (const { find, state } of typed) Object.assign(find(successor) ?? {}, state);
    for (const { find, open } of folds) Object.assign(find(successor) ?? {}, { open });
    for (const { find, top, left } of scrolled) find(successor)?.scrollTo({ top, left, behavior: "instant" });
    if (focus) refocus(focus.find(successor), focus.span);
    anchor?.();
  };
}

/** @param {ParentNode} root @returns {Field[]} */
export function typedIn(root) {
  const fields = /** @type {Field[]} */ ([...root.querySelectorAll(FIELDS)]);
  return fields.filter((field) => {
    if (field.type === "hidden") return false;
    if (field instanceof HTMLSelectElement) {
      const given = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
      return field.value !== (given?.value ?? "");
    }
    const ticked = field instanceof HTMLInputElement && field.checked !== field.defaultChecked;
    return ticked || field.value !== field.defaultValue;
  });
}

/** @param {Field} field */
function stateOf(field) {
  if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) return { checked: field.checked };
  return field.type === "file" && field instanceof HTMLInputElement ? { files: field.files } : { value: field.value };
}

/** @param {Element} active @returns {[number, number] | null} */
function spanOf(active) {
  const field = /** @type {HTMLInputElement} */ (active);
  return typeof field.selectionStart === "number" ? [field.selectionStart, field.selectionEnd ?? field.selectionStart] : null;
}

/** @param {Element | null} element @param {[number, number] | null} span */
function refocus(element, span) {
  if (!(element instanceof HTMLElement)) return;
  element.focus({ preventScroll: true });
  if (span) /** @type {HTMLInputElement} */ (element).setSelectionRange(...span);
}

/**
 * How to find an element's successor: by id, name, address, else by its place.
 * @param {Element} root @param {Element} element
 * @returns {(successor: Element) => Element | null}
 */
function wayTo(root, element) {
  if (element === root) return (successor) => successor;
  const selector = nameOf(element);
  if (selector && root.querySelectorAll(selector).length === 1) return (successor) => successor.querySelector(selector);
  /** @type {number[]} */
  const steps = [];
  for (let at = element; at !== root && at.parentElement; at = at.parentElement) {
    steps.unshift([...at.parentElement.children].indexOf(at));
  }
  return (successor) => {
    const found = steps.reduce((/** @type {Element | undefined} */ at, step) => at?.children[step], successor);
    return found?.tagName === element.tagName ? found : null;
  };
}

/** @param {Element} element */
function nameOf(element) {
  const { id } = element;
  if (id) return `#${CSS.escape(id)}`;
  const [name, href] = [element.getAttribute("name"), element.getAttribute("href")];
  const value = element.matches("[type=radio], [type=checkbox], button") ? element.getAttribute("value") : null;
  if (name) return `[name="${CSS.escape(name)}"]${value === null ? "" : `[value="${CSS.escape(value)}"]`}`;
  return href ? `[href="${CSS.escape(href)}"]` : "";
}

/** What is read stays where it is, also when it is itself replaced. @param {Element} root */
function anchorIn(root) {
  const seen = LOOKED_AT.map((part) => document.elementFromPoint(innerWidth / 2, innerHeight * part)?.closest("[id]"))
    .find((element) => element && element !== root && root.contains(element));
  if (!seen) return null;
  const top = seen.getBoundingClientRect().top;
  return () => {
    const successor = document.getElementById(seen.id);
    const moved = successor ? successor.getBoundingClientRect().top - top : 0;
    let scroller = successor?.parentElement ?? null;
    while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
    if (Math.abs(moved) > 1) (scroller ?? document.documentElement).scrollBy({ top: moved, behavior: "instant" });
  };
}
