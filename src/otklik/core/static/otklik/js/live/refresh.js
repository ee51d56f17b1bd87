// @ts-check
// Re-reads the fragments that a hint touches: soon, together, and never under the hand.
//
//   <section id="ticket-head" data-refresh="/tickets/IT-1042/head/" data-topic="ticket:17" data-version="41">

import { answerText } from "../trusted.js";
import { isHeld, keep } from "./keep.js";

/** @typedef {import("./line.js").Hint} Hint */

const TOGETHER = 250;
const HELD = 400;
const FAILED = 5_000;
const LONGEST_ANSWER = 20_000; // one that a dead network swallowed must not hold up the next
const LONGEST_SPREAD = 2_000;
const ABOUT_THE_HINT = new Set(["topic", "version", "spread"]);

export class Refresher {
  /** @param {() => void} doubted called when a fragment says that rights are gone */
  constructor(doubted) {
    this.doubted = doubted;
    /** @type {Map<string, number>} ids of fragments and the timers that will re-read them */
    this.due = new Map();
    /** @type {Set<string>} fragments to re-read when the tab is looked at again */
    this.stale = new Set();
    /** @type {Map<string, boolean>} fragments being read; true: once more afterwards */
    this.reading = new Map();
  }

  /** @param {Hint} hint */
  hear(hint) {
    for (const element of this.matching("[data-refresh]", hint)) {
      if (isOlder(element, hint)) this.soon(element.id, Math.random() * (hint.spread ?? 0));
    }
  }

  /** Elements that a hint is about. @param {string} selector @param {Hint} hint @returns {HTMLElement[]} */
  matching(selector, hint) {
    const words = Object.entries(hint).filter(([name]) => !ABOUT_THE_HINT.has(name));
    const heard = /** @type {NodeListOf<HTMLElement>} */ (
      document.querySelectorAll(`${selector}[data-topic~="${CSS.escape(hint.topic)}"]`)
    );
    return [...heard].filter(({ dataset }) =>
      words.every(([name, word]) => dataset[name] === undefined || dataset[name] === String(word)),
    );
  }

  /** Everything may have changed. */
  all() {
    for (const element of document.querySelectorAll("[data-refresh][data-topic]")) {
      this.soon(element.id, Math.random() * LONGEST_SPREAD * Math.random());
    }
  }

  /** The tab is looked at again. */
  caughtUp() {
    for (const id of this.stale) this.soon(id);
    this.stale.clear();
  }

  /** A waiter was pressed: what it stands for comes now. @param {HTMLElement} waiter */
  async show(waiter) {
    const target = document.querySelector(waiter.dataset.waiter || "#nothing");
    if (!target || !(await this.read(target.id))) return;
    waiter.hidden = true;
    if (waiter.dataset.refresh) this.soon(waiter.id);
  }

  /** @param {string} id @param {number} [delay] */
  soon(id, delay = 0) {
    if (!id || this.due.has(id)) return;
    this.due.set(id, setTimeout(() => this.now(id), TOGETHER + delay));
  }

  /** @param {string} id */
  async now(id) {
    this.due.delete(id);
    const element = document.getElementById(id);
    if (!element || [...this.due.keys()].some((other) => isAround(other, element))) return;
    if (document.hidden) this.stale.add(id);
    else if (isHeld(element)) this.soon(id, HELD);
    else await this.read(id);
  }

  /** @param {string} id @returns {Promise<boolean>} whether the fragment is shown anew */
  async read(id) {
    if (this.reading.has(id)) {
      this.reading.set(id, true);
      return false;
    }
    this.reading.set(id, false);
    const address = document.getElementById(id)?.dataset.refresh ?? "";
    const html = await this.fetched(address);
    const again = this.reading.get(id);
    this.reading.delete(id);
    const element = document.getElementById(id);
    if (html === undefined) this.soon(id, FAILED);
    if (!element || typeof html !== "string") return false;
    if (again || isHeld(element)) this.soon(id, again ? 0 : HELD);
    else replace(element, html);
    return !again;
  }

  /**
   * @param {string} address
   * @returns {Promise<string | null | undefined>} "" when the thing is gone, null when it is not
   *   for this person, nothing when it cannot be had just now
   */
  async fetched(address) {
    try {
      const headers = { "HX-Request": "true" };
      const signal = AbortSignal.timeout(LONGEST_ANSWER);
      const answer = await fetch(address, { headers, redirect: "manual", cache: "no-store", signal });
      if (answer.ok) return await answerText(answer);
      if (answer.status >= 500 || answer.status === 429) return undefined;
      this.doubted();
      return [404, 410].includes(answer.status) ? "" : null;
    } catch {
      return undefined;
    }
  }
}

/** @param {HTMLElement} element @param {Hint} hint */
function isOlder(element, hint) {
  const shown = element.dataset.version;
  return !shown || !hint.version || Number(shown) < hint.version;
}

/** @param {string} id @param {Element} element */
function isAround(id, element) {
  const other = document.getElementById(id);
  return other !== null && other !== element && other.contains(element);
}

/** @param {HTMLElement} element @param {string} html */
function replace(element, html) {
  const restore = keep(element);
  // @ts-ignore htmx is a classic script of its own
  htmx.swap(element, html, { swapStyle: html ? "outerHTML" : "delete", swapDelay: 0, settleDelay: 0 });
  const successor = document.getElementById(element.id);
  if (successor) restore(successor);
}
