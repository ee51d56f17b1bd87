// The ways from text to markup. The policy of every page (Trusted Types) refuses all others:
// text becomes markup if the desk answered with it, or if the editor made it of clean nodes.

const MOST_KEPT = 64;
const WRAPPED = /^<body><template class="internal-htmx-wrapper">([^]*)<\/template><\/body>$/; // by htmx
const PANTRY = "<div id='--htmx-preserve-pantry--'></div>"; // htmx keeps there what a swap leaves alone
const HEAD = /<head(\s[^>]*)?>[\s\S]*?<\/head>/i; // which htmx takes away

/** @type {Set<string>} the latest answers of the desk, the oldest first */
const answers = new Set();

/** @param {string} text */
function remember(text) {
  answers.delete(text);
  answers.add(text);
  answers.add(text.replace(HEAD, ""));
  for (const oldest of answers) if (answers.size > MOST_KEPT) answers.delete(oldest);
}

/** @param {string} address */
function isOurs(address) {
  return new URL(address, location.href).origin === location.origin;
}

/** Read what the desk answered; from now on it may become markup. @param {Response} answer */
export async function answerText(answer) {
  const text = await answer.text();
  if (isOurs(answer.url)) remember(text);
  return text;
}

/** Make a page of what the desk answered. @param {string} text what `answerText` gave */
export function parsedAnswer(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

/** htmx asks by itself; what comes is known before it is put into the page. */
document.addEventListener(
  "htmx:beforeSwap",
  (event) => {
    const { xhr } = /** @type {CustomEvent} */ (event).detail;
    if (isOurs(xhr.responseURL)) remember(xhr.response);
  },
  { capture: true },
);

globalThis.trustedTypes?.createPolicy("default", {
  /** @param {string} text */
  createHTML(text) {
    const bare = text.match(WRAPPED)?.[1] ?? text;
    return bare === "" || bare === PANTRY || answers.has(bare) ? text : null;
  },
});
