// @ts-check
// The socket to the gateway: comes back by itself, with a new token each time.

import { renewed } from "./renewal.js";

/** @typedef {{topic: string, version?: number, spread?: number, [word: string]: unknown}} Hint */
/** @typedef {{page: string, token: string, renew: string, url: string}} Place */
/**
 * @typedef {object} Told
 * @property {(hint: Hint) => void} hint
 * @property {() => void} resync what was missed is not known
 * @property {(again: boolean) => void} ready `again`: not the first time on this page
 * @property {(faces: import("./faces.js").Face[]) => void} here who else has this page open
 * @property {() => void} cut
 * @property {(refusal: import("./renewal.js").Refusal) => void} refused the page is no longer for this person
 */

const REVOKED = 4403;
const FIRST_WAIT = 300;
const LONGEST_WAIT = 30_000;
const LONGEST_WAIT_IN_SIGHT = 5_000; // somebody sits before it; a crowd is told its spread
const LONGEST_SILENCE = 40_000; // the gateway says a beat every 25 seconds
const LONGEST_GREETING = 10_000;
const WATCH = 5_000;

export class Line {
  /** @param {Told} told */
  constructor(told) {
    this.told = told;
    /** @type {Place | null} */
    this.place = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.again = false;
    this.tries = 0;
    this.spread = 0;
    this.deadline = 0;
    this.timer = 0;
    setInterval(() => this.check(), WATCH);
    addEventListener("offline", () => this.socket && this.lose(this.socket));
    addEventListener("online", () => this.hurry());
    addEventListener("pagehide", () => this.hangUp());
    addEventListener("pageshow", (event) => event.persisted && this.hurry());
  }

  /** Hear what belongs to a page; the same page again changes nothing. @param {Place | null} place */
  go(place) {
    if (place?.page === this.place?.page) return;
    this.hangUp();
    this.place = place;
    this.again = false;
    this.tries = 0;
    if (place) this.connect();
  }

  /** Something suggests that rights are gone: ask now. */
  async prove() {
    const asked = this.place;
    const { refusal } = asked ? await renewed(asked) : {};
    if (refusal && asked === this.place) this.refuse(refusal);
  }

  /** A laptop that slept, a network that swallows everything: only the silence tells. */
  check() {
    if (this.socket && Date.now() > this.deadline) this.lose(this.socket);
  }

  hurry() {
    if (!this.place || this.socket) return;
    clearTimeout(this.timer);
    this.connect();
  }

  /** Only where people meet: the gateway takes no other word. @param {"writing" | "quiet"} word */
  say(word) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(word);
  }

  hangUp() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  async connect() {
    const asked = /** @type {Place} */ (this.place);
    const { token, refusal } = asked.token ? { token: asked.token, refusal: undefined } : await renewed(asked);
    asked.token = "";
    if (asked !== this.place || this.socket) return;
    if (refusal) return this.refuse(refusal);
    if (!token) {
      this.told.cut();
      return this.later(0, 0);
    }
    const address = new URL(asked.url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    this.deadline = Date.now() + LONGEST_GREETING;
    socket.onopen = () => socket.send(token);
    socket.onmessage = (event) => socket === this.socket && this.hear(JSON.parse(event.data));
    socket.onclose = (event) => this.lose(socket, event.code, event.reason);
  }

  /** @param {{ready?: true, here?: import("./faces.js").Face[], beat?: true, resync?: true, spread?: number} & Partial<Hint>} said */
  hear(said) {
    this.deadline = Date.now() + LONGEST_SILENCE;
    if (said.topic) return this.told.hint(/** @type {Hint} */ (said));
    if (said.here) return this.told.here(said.here);
    this.spread = said.spread ?? this.spread;
    if (said.resync) this.told.resync();
    if (!said.ready) return;
    this.tries = 0;
    this.told.ready(this.again);
    this.again = true;
  }

  /** @param {WebSocket} socket @param {number} [code] @param {string} [reason] */
  async lose(socket, code = 0, reason = "") {
    if (socket !== this.socket) return;
    this.socket = null;
    socket.close();
    this.told.cut();
    this.again = true;
    const [after, spread] = /^\d+ \d+$/.test(reason) ? reason.split(" ").map(Number) : [0, this.spread];
    if (code === REVOKED) await this.prove();
    this.later(after, spread);
  }

  /** @param {number} after @param {number} spread both in milliseconds */
  later(after, spread) {
    if (!this.place || this.socket) return;
    const longest = document.hidden ? LONGEST_WAIT : LONGEST_WAIT_IN_SIGHT;
    const patience = Math.min(FIRST_WAIT * 2 ** this.tries, longest);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), after + Math.random() * Math.max(spread, patience));
  }

  /** @param {import("./renewal.js").Refusal} refusal */
  refuse(refusal) {
    this.hangUp();
    this.place = null;
    this.told.refused(refusal);
  }
}
