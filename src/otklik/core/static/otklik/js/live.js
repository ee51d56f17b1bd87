// @ts-check
// Keeps an open page true: hears hints, re-reads what they touch, says so while it cannot.

import { Attention } from "./live/attention.js";
import { somethingTyped } from "./live/keep.js";
import { Line } from "./live/line.js";
import { Refresher } from "./live/refresh.js";
import { Strip } from "./live/strip.js";
import { Toasts } from "./live/toasts.js";
import { isWithdrawn, withdraw } from "./live/withdrawn.js";

/** @typedef {import("./live/line.js").Hint} Hint */
/** @typedef {import("./live/line.js").Place} Place */

const RELOADED = "otklik-live-reloaded";
const RELOAD_REST = 30_000;
const LEAVING = 5_000;
const LOOK_AGAIN = 500;

let leftAt = 0;
window.addEventListener("beforeunload", () => (leftAt = Date.now()));

const refresher = new Refresher(() => line.prove());
const strip = new Strip();
const attention = new Attention();
const toasts = new Toasts(attention);

/** @type {Promise<import("./live/faces.js").Faces> | null} only where people meet */
let faces = null;

const line = new Line({
  hint: hear,
  resync: catchUp,
  ready(again) {
    strip.back();
    if (again) catchUp();
    meet((company) => company.ready());
  },
  here: (others) => meet((company) => company.show(others)),
  cut() {
    strip.cut();
    meet((company) => company.cut());
  },
  refused,
});

/** @param {(company: import("./live/faces.js").Faces) => void} say */
async function meet(say) {
  if (!faces && !document.getElementById("here")) return;
  faces ??= import("./live/faces.js").then(({ Faces }) => new Faces((word) => line.say(word)));
  say(await faces);
}

/** @param {Hint} hint */
function hear(hint) {
  refresher.hear(hint);
  if (hint.topic.startsWith("account:")) toasts.look();
}

function catchUp() {
  refresher.all();
  toasts.look();
}

/**
 * The page is no longer for this person: what it shows goes. What they typed in it stays.
 * @param {import("./live/renewal.js").Refusal} refusal
 */
function refused(refusal) {
  if (isWithdrawn() && !refusal.isOut) return;
  if (isOnItsWay()) {
    window.setTimeout(() => refused(refusal), LOOK_AGAIN);
    return;
  }
  const last = Number(sessionStorage.getItem(RELOADED));
  if (isWithdrawn() || somethingTyped() || Date.now() - last < RELOAD_REST) {
    strip.rest();
    withdraw(refusal);
    if (!refusal.isOut) settle();
    return;
  }
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

/** A press of this person took the page away: its answer says where to go, and no reload may be quicker. */
function isOnItsWay() {
  return Date.now() - leftAt < LEAVING || document.querySelector("[aria-busy=true], .htmx-request") !== null;
}

/** @returns {Place | null} */
function place() {
  const element = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-page]"));
  if (!element) return null;
  const { livePage, liveToken, liveRenew, liveUrl } = element.dataset;
  return {
    page: livePage ?? "",
    token: liveToken ?? "",
    renew: liveRenew ?? "/live-token/",
    url: liveUrl ?? "/live/",
  };
}

function settle() {
  attention.look();
  if (faces) meet((company) => company.draw());
  line.go(place());
}

document.addEventListener("click", (event) => {
  const pressed = /** @type {HTMLElement | null} */ (
    event.target instanceof Element ? event.target.closest("[data-waiter]") : null
  );
  if (pressed) refresher.show(pressed);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  line.check();
  line.hurry();
  refresher.caughtUp();
  attention.look();
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  if (xhr.status === 401 || xhr.status === 404) void line.prove();
});
document.addEventListener("htmx:historyRestore", settle);
document.addEventListener("htmx:afterSettle", settle);
settle();
