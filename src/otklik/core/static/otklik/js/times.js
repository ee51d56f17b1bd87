// Relative times and deadlines stay true while a page is open, in the words that the server says them in.
const { minutes = "%d", hours = "%d", days = "%d" } = document.documentElement.dataset;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

setInterval(refresh, MINUTE);

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-time], time[data-due-time]")) {
    const away = Date.parse(time.getAttribute("datetime") ?? "") - Date.now();
    if (time.hasAttribute("data-due-time")) due(time, away);
    else if (-away >= MINUTE && -away < 7 * DAY) time.textContent = span(-away);
  }
}

/** @param {Element} time @param {number} away */
function due(time, away) {
  time.textContent = `${away < 0 ? "−" : ""}${span(Math.abs(away))}`;
  const place = time.closest("[data-due]");
  if (place instanceof HTMLElement) place.dataset.due = away < 0 ? "late" : away < 2 * HOUR ? "soon" : "ok";
}

/** @param {number} length */
function span(length) {
  if (length < HOUR) return minutes.replace("%d", String(Math.max(1, Math.floor(length / MINUTE))));
  if (length < 2 * DAY) return hours.replace("%d", String(Math.floor(length / HOUR)));
  return days.replace("%d", String(Math.floor(length / DAY)));
}
