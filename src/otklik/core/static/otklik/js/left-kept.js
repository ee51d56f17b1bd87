// @ts-check
// Replies that were sent while their page was left, kept in this browser until somebody knows how that went.

export const KNOWN = 5 * 24 * 60 * 60 * 1_000; // the desk forgets keys, and what it refused, after seven days
const PREFIX = `otklik-left-${document.documentElement.dataset.account ?? ""}-`;

/**
 * @typedef {{address: string, at: number, shown?: number}} Left where the desk tells of it, when it was sent, when it was told
 * @param {string} once the key by which it was sent @param {Left} left
 */
export function keepLeft(once, left) {
  try {
    localStorage.setItem(PREFIX + once, JSON.stringify(left));
  } catch {
    // full, or switched off: it goes all the same, and nobody will be told how
  }
}

/** @param {string} once */
export function forgetLeft(once) {
  localStorage.removeItem(PREFIX + once);
}

/** @returns {string[]} their keys */
export function allLeft() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => name.slice(PREFIX.length));
}

/** @param {string} once @returns {Left | null} */
export function leftBy(once) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + once) ?? "null");
  } catch {
    forgetLeft(once);
    return null;
  }
}
