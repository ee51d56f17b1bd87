// @ts-check
// Pop-ups for what concerns this person. The server writes them; here they come, stay a while and go.
//
//   <div id="toasts" role="status" data-fresh="/notifications/fresh/" data-after="812" data-unread="3"></div>
//
// GET {data-fresh}?after=812 answers <div data-after="815" data-unread="4"> with one .toast with an id for each.

/** @typedef {import("./attention.js").Attention} Attention */

const TOGETHER = 300;
const TOGETHER_UNSEEN = 2_000;
const STAYS = 8_000;
const MOST = 4;

export class Toasts {
  /** @param {Attention} attention */
  constructor(attention) {
    this.attention = attention;
    this.timer = 0;
    document.addEventListener("click", (event) => {
      const pressed = event.target instanceof Element ? event.target.closest("#toasts [data-dismiss]") : null;
      pressed?.closest(".toast")?.remove();
    });
  }

  /** There may be something new; several hints at once are one question. */
  look() {
    if (this.timer || !this.place()?.dataset.fresh) return;
    const wait = document.hidden ? TOGETHER_UNSEEN : TOGETHER;
    this.timer = setTimeout(() => this.fetch(), wait);
  }

  async fetch() {
    this.timer = 0;
    const place = this.place();
    if (!place) return;
    const address = `${place.dataset.fresh}?after=${encodeURIComponent(place.dataset.after ?? "")}`;
    try {
      const headers = { "HX-Request": "true" };
      const answer = await fetch(address, { headers, redirect: "manual", cache: "no-store" });
      if (answer.ok) this.show(await answer.text());
    } catch {
      // The line is cut: the next hint, or the return, asks again.
    }
  }

  /** @param {string} html */
  show(html) {
    const place = this.place();
    const draft = document.createElement("div");
    // @ts-ignore htmx is a classic script of its own
    htmx.swap(draft, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0, ignoreTitle: true });
    const fresh = /** @type {HTMLElement | null} */ (draft.querySelector("[data-after]"));
    if (!place || !fresh) return;
    place.dataset.after = fresh.dataset.after ?? "";
    place.dataset.unread = fresh.dataset.unread ?? place.dataset.unread ?? "0";
    const toasts = /** @type {HTMLElement[]} */ ([...fresh.querySelectorAll(".toast")]);
    const unseen = toasts.filter((toast) => !toast.id || !document.getElementById(toast.id));
    for (const toast of unseen) {
      place.append(toast);
      if (toast.dataset.stay === undefined) stayAWhile(toast);
    }
    while (place.children.length > MOST) place.firstElementChild?.remove();
    if (unseen.some((toast) => toast.dataset.silent === undefined)) {
      this.attention.sound(Number(place.dataset.after));
    }
    this.attention.look();
  }

  place() {
    return document.getElementById("toasts");
  }
}

/** Go after a while, but not while it is read or used. @param {HTMLElement} toast */
function stayAWhile(toast) {
  setTimeout(() => {
    const used = document.hidden || toast.matches(":hover, :focus-within");
    if (used) stayAWhile(toast);
    else toast.remove();
  }, STAYS);
}
