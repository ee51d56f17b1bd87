// @ts-check
// The strip that says that the page may be out of date, and that it is true again.
//
//   <div id="live-strip" class="notice strip" role="alert" hidden
//        data-cut="…" data-back="…"></div>

const GRACE = 2_000;
const SAID = 4_000;

export class Strip {
  constructor() {
    this.timer = 0;
  }

  /** Say it after a moment: most cuts are over before anyone could read of them. */
  cut() {
    if (this.isCut() || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.say("cut", "alert", "warn");
    }, GRACE);
  }

  back() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.isCut()) return;
    this.say("back", "status", "good");
    setTimeout(() => this.element()?.dataset.state === "back" && this.hide(), SAID);
  }

  /** There is nothing any more that could be out of date. */
  rest() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.hide();
  }

  isCut() {
    return this.element()?.dataset.state === "cut";
  }

  element() {
    return document.getElementById("live-strip");
  }

  hide() {
    const strip = this.element();
    if (!strip) return;
    strip.hidden = true;
    strip.replaceChildren();
    delete strip.dataset.state;
  }

  /** @param {"cut" | "back"} state @param {string} role @param {string} tone */
  say(state, role, tone) {
    const strip = this.element();
    if (!strip) return;
    strip.classList.remove("warn", "good");
    strip.classList.add(tone);
    strip.setAttribute("role", role);
    strip.dataset.state = state;
    strip.hidden = false;
    const words = document.createElement("div");
    words.textContent = strip.dataset[state] ?? "";
    strip.replaceChildren(words);
  }
}
