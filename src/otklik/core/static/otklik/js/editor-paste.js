// What is pasted keeps its form and loses everything else. The desk cleans it once more.

const KEPT = new Set("P BR STRONG B EM I U S CODE PRE BLOCKQUOTE UL OL LI A H3 H4 IMG HR TABLE THEAD TBODY TR TH TD".split(" "));
const RENAMED = { B: "STRONG", I: "EM", H1: "H3", H2: "H3", H5: "H4", H6: "H4", DIV: "P" };
const DROPPED = new Set("SCRIPT STYLE TEMPLATE NOSCRIPT IFRAME OBJECT EMBED SVG MATH HEAD TITLE META LINK".split(" "));
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;
const OWN_PICTURE = /^\/files\/[0-9a-f]{32}\/(look\/)?$/;

/** For a document that shows nothing and runs nothing, and for what `cleanPaste` made. */
const policy = globalThis.trustedTypes?.createPolicy("otklik-editor", { createHTML: String }) ?? { createHTML: String };

/** Give a clean copy of an element's children as markup for the editor. @param {Element} source */
export function markup(source) {
  return policy.createHTML(cleanPaste(source).innerHTML);
}

/** Read HTML of strangers without a word of style or script, which the policy would complain of. @param {string} html */
export function parsed(html) {
  const bare = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on[a-z]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ""));
  const text = bare.replace(/<style[\s\S]*?<\/style>/gi, "");
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html").body;
}

/** Return a clean copy of an element's children in a new element. @param {Element} source */
export function cleanPaste(source) {
  const target = document.createElement("div");
  copy(source, target, 0);
  if (target.lastElementChild?.tagName === "TABLE") target.append(emptyLine()); // to write on below it
  return target;
}

function emptyLine() {
  const line = document.createElement("p");
  line.append(document.createElement("br"));
  return line;
}

/** @param {Element} source @param {Element} target @param {number} depth */
function copy(source, target, depth) {
  for (const node of source.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) target.append(node.textContent ?? "");
    if (node instanceof Element) element(node, target, depth);
  }
}

/** @param {Element} node @param {Element} target @param {number} depth */
function element(node, target, depth) {
  const tag = node.tagName.toUpperCase();
  if (DROPPED.has(tag) || depth > 30) return;
  const name = RENAMED[tag] ?? tag;
  if (!KEPT.has(name)) {
    copy(node, target, depth + 1);
    return;
  }
  if (name === "IMG" && !OWN_PICTURE.test(node.getAttribute("src") ?? "")) return;
  const made = document.createElement(name);
  if (name === "A") {
    const address = node.getAttribute("href") ?? "";
    if (SAFE_LINK.test(address)) made.setAttribute("href", address);
  }
  if (name === "IMG") {
    made.setAttribute("src", node.getAttribute("src") ?? "");
    made.setAttribute("alt", node.getAttribute("alt") ?? "");
  }
  target.append(made);
  copy(node, made, depth + 1);
}

/** Pictures and files on the clipboard; text that comes with a picture of itself is text. @param {ClipboardEvent} event */
export function pastedFiles(event) {
  const html = event.clipboardData?.getData("text/html") ?? "";
  const text = parsed(html).textContent?.trim();
  return text ? [] : [...(event.clipboardData?.files ?? [])];
}
