// Relative times stay true while a page is open; the exact one is on hover.
const language = document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const DAY = 86_400_000;

/** @param {ParentNode} root */
export function bindTimes(root) {
  for (const time of root.querySelectorAll("time[data-time]:not([title])")) {
    /** @type {HTMLTimeElement} */ (time).title = exact.format(new Date(time.getAttribute("datetime") ?? ""));
  }
}

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-time]")) {
    const age = Date.parse(time.getAttribute("datetime") ?? "") - Date.now();
    if (age < -7 * DAY || age > 0) continue;
    time.textContent = said(age);
  }
}

function said(age) {
  const minutes = Math.round(age / 60_000);
  if (minutes > -60) return relative.format(minutes, "minute");
  if (age > -2 * DAY) return relative.format(Math.round(age / 3_600_000), "hour");
  return relative.format(Math.round(age / DAY), "day");
}

setInterval(refresh, 60_000);
