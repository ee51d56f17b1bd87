// @ts-check
// The quiet ways to be noticed from another tab: a number in the title, a mark on the icon, a sound.
//
//   <div data-fresh="…" data-unread="3" data-sound="on">     <link rel="icon" href="…" data-badged="…">

const COUNTED = /^\(\d+\+?\) /;
const MOST = 99;
const NOTES = [660, 880];
const NOTE_SECONDS = 0.12;
const LOUDNESS = 0.06;
const SOUNDED = "otklik-sounded";

export class Attention {
  constructor() {
    /** @type {AudioContext | null} browsers let a page sound only after a press */
    this.audio = null;
    const wake = () => {
      if (this.wantsSound()) this.audio ??= new AudioContext();
    };
    addEventListener("pointerdown", wake, { passive: true });
    addEventListener("keydown", wake, { passive: true });
  }

  /** Show the number of unread things; a title changed by others gets it again. */
  look() {
    const unread = Number(told()?.dataset.unread ?? 0);
    const bare = document.title.replace(COUNTED, "");
    const number = unread > MOST ? `${MOST}+` : String(unread);
    const title = unread ? `(${number}) ${bare}` : bare;
    if (document.title !== title) document.title = title;
    this.badge(unread > 0);
  }

  /** @param {boolean} marked */
  badge(marked) {
    const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel~='icon'][data-badged]"));
    if (!icon) return;
    icon.dataset.plain ??= icon.getAttribute("href") ?? "";
    const address = (marked ? icon.dataset.badged : icon.dataset.plain) ?? "";
    if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
  }

  /** Sound once for a notification, however many tabs heard of it. @param {number} number */
  sound(number) {
    if (!this.wantsSound() || !this.audio || Number(localStorage.getItem(SOUNDED)) >= number) return;
    localStorage.setItem(SOUNDED, String(number));
    const audio = this.audio;
    NOTES.forEach((pitch, place) => {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const start = audio.currentTime + place * NOTE_SECONDS;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(LOUDNESS, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS * 2);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + NOTE_SECONDS * 2);
    });
  }

  wantsSound() {
    return told()?.dataset.sound === "on";
  }
}

/** What the page knows of this person's notifications. @returns {HTMLElement | null} */
export function told() {
  return document.querySelector("[data-fresh]");
}
