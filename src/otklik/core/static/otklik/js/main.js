// Binds every module to the page, and again to what htmx brings. What few pages need comes when a page needs it.
import { bindAutosave } from "./autosave.js";
import { bindConfirm } from "./confirm.js";
import { bindDialogs } from "./dialog.js";
import { bindKeys } from "./keys.js";
import { allLeft } from "./left-kept.js";
import { bindMenus } from "./menu.js";
import { bindRefusals } from "./refusals.js";
import { bindTheme } from "./theme-toggle.js";
import "./times.js";

/** @typedef {(root: ParentNode) => void} Bind */

/** @type {[string, () => Promise<Bind>][]} in this order: what is asked, what is written, what is sent */
const RARE = [
  ["[data-conditional]", () => import("./conditional.js").then((module) => module.bindConditions)],
  ["[data-tree], [data-order]", () => import("./setup-order.js").then((module) => module.bindOrders)],
  ["[data-answer-files]", () => import("./answer-files.js").then((module) => module.bindAnswerFiles)],
  ["[data-editor]", () => import("./editor.js").then((module) => module.bindEditors)],
  ["[data-uploads]", () => import("./uploads.js").then((module) => module.bindUploads)],
  ["[data-undo]", () => import("./undo-send.js").then((module) => module.bindUndo)],
  ["[data-count-max]", () => import("./count.js").then((module) => module.bindCounts)],
  ["[data-hue]", () => import("./hue.js").then((module) => module.bindHues)],
  ["[data-own-zone]", () => import("./own-zone.js").then((module) => module.bindOwnZone)],
  ["[data-keep-place]", () => import("./keep-place.js").then((module) => module.bindKeepPlace)],
  ["[data-pick]", () => import("./pick.js").then((module) => module.bindPicks)],
  ["[data-clamp]", () => import("./clamp.js").then((module) => module.bindClamps)],
  ["[data-narrow]", () => import("./narrow.js").then((module) => module.bindNarrow)],
];

/** @type {Bind[]} what the page's own kind adds to every binding */
const also = [];

/** @param {ParentNode} root */
async function bind(root) {
  bindAutosave(root);
  const wanted = RARE.filter(([selector]) => root.querySelector(selector));
  const binds = await Promise.all(wanted.map(([, load]) => load()));
  for (const one of [...binds, ...also]) one(root);
}

/** Ctrl-K only exists where there is a box for it. */
async function bindPalette() {
  if (document.querySelector("[data-palette]")) (await import("./palette.js")).bindPalette();
}

/** Something was sent as a page was left, and nobody heard how that went. */
async function tellLeft() {
  if (allLeft().length) (await import("./left-told.js")).tellLeft();
}

/**
 * A conversation is read from its end, where the news is, and its pictures open large.
 * @param {Promise<void>} bound what makes the composer taller
 */
async function bindConversation(bound) {
  if (!document.querySelector("[data-scroll-end], [data-picture], .thread")) return;
  const [talk, pictures] = await Promise.all([import("./composer.js"), import("./pictures.js")]);
  pictures.bindPictures();
  pictures.markPictures(document);
  talk.bindConversation();
  talk.scrollToPlace();
  talk.tellNews(document);
  also.push(talk.tellNews, pictures.markPictures);
  await bound;
  talk.scrollToEnd(document);
}

bindTheme();
bindMenus();
bindDialogs(bind);
bindRefusals();
bindKeys();
bindConfirm();
void bindConversation(bind(document));
void bindPalette();
void tellLeft();
document.querySelector(".setup-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.body.addEventListener("htmx:afterSettle", (event) => {
  void bind(/** @type {Element} */ (event.target).parentElement ?? document);
});
document.body.addEventListener("htmx:oobAfterSwap", () => void bind(document));
