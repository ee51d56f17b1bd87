// @ts-check
// Pop-ups for what concerns this person. The server writes them; here they come, stay a while and go.
//
//   <div id="toasts" role="status"></div>
//   <div hidden data-fresh="/notifications/fresh/" data-after="812" data-unread="3" data-sound="on"></div>
//
// GET {data-fresh}?after=812 answers <div data-after="815" data-unread="4"> with one .toast with an id for each.

import { answerText } from "../trusted.js";
import { told } from "./attention.js";

/** @typedef {import("./attention.js").Attention} Attention */

const TOGETHER = 300;
const TOGETHER_UNSEEN = 2_000;
const STAYS = 8_000;
const MOST = 4;
const FAILED = 5_000;
const LONGEST_ANSWER = 20_000;

export class Toasts {
  /** @param {Attention} attention */
  constructor(attention) {
    this.attention = attention;
    this.timer = 0;
    document.addEventListener("click", (event) => {
      const pressed = event.target instanceof Element ? event.target.closest("#toasts [data-dismiss]") : null;
      pressed?.closest(".toast, .notice")?.remove();
    });
    for (const toast of document.querySelectorAll("#toasts .toast")) letGo(/** @type {HTMLElement} */ (toast));
  }

  /** There may be something new; several hints at once are one question. */
  look(wait = document.hidden ? TOGETHER_UNSEEN : TOGETHER) {
    if (this.timer || !told()) return;
    this.timer = setTimeout(() => this.fetch(), wait);
  }

  async fetch() {
    this.timer = 0;
    const known = told()?.dataset;
    if (!known) return;
    const address = `${known.fresh}?after=${encodeURIComponent(known.after ?? "")}`;
    try {
      const headers = { "HX-Request": "true" };
      const signal = AbortSignal.timeout(LONGEST_ANSWER);
      const answer = await fetch(address, { headers, redirect: "manual", cache: "no-store", signal });
      if (answer.ok) this.show(await answerText(answer));
      else if (answer.status >= 500) this.look(FAILED);
    } catch {
      this.look(FAILED);
    }
  }

  /** @param {string} html */
  show(html) {
    const [place, known] = [document.getElementById("toasts"), told()?.dataset];
    const draft = document.createElement("div");
    // @ts-ignore htmx is a classic script of its own
    htmx.swap(draft, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0, ignoreTitle: true });
    const fresh = /** @type {HTMLElement | null} */ (draft.querySelector("[data-after]"));
    if (!place || !known || !fresh) return;
    known.after = fresh.dataset.after ?? "";
    known.unread = fresh.dataset.unread ?? known.unread ?? "0";
    const toasts = /** @type {HTMLElement[]} */ ([...fresh.querySelectorAll(".toast")]);
    const unseen = toasts.filter((toast) => !toast.id || !document.getElementById(toast.id));
    for (const toast of unseen) {
      place.append(toast);
      letGo(toast);
    }
    while (place.children.length > MOST) place.firstElementChild?.remove();
    if (unseen.some((toast) => toast.dataset.silent === undefined)) {
      this.attention.sound(Number(known.after));
    }
    this.attention.look();
  }
}

/** Take it away after a while, but not while it is read or used. @param {HTMLElement} toast */
function letGo(toast) {
  if (toast.dataset.stay !== undefined) return;
  setTimeout(() => {
    const used = document.hidden || toast.matches(":hover, :focus-within");
    if (used) letGo(toast);
    else toast.remove();
  }, STAYS);
}
