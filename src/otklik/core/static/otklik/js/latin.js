// The keys of the page are Latin letters; under other layouts the same key of the keyboard counts.

const OTHER_LETTER = /^(?!\p{Script=Latin})\p{L}$/u;
const LETTER_KEY = /^Key([A-Z])$/;

/**
 * The key that was pressed, by its Latin name where another alphabet is typed.
 * @param {KeyboardEvent} event
 */
export function latinKey(event) {
  const place = OTHER_LETTER.test(event.key) ? LETTER_KEY.exec(event.code) : null;
  if (!place) return event.key;
  return event.key === event.key.toLowerCase() ? place[1].toLowerCase() : place[1];
}
