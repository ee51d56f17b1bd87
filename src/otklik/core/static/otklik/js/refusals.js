// What did not arrive at all is said; a refusal that arrived speaks for itself and leads to each wrong field.

export function bindRefusals() {
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const { xhr } = /** @type {CustomEvent} */ (event).detail;
      if (xhr && xhr.status > 0 && xhr.status < 500) return;
      say(document.getElementById("toasts")?.dataset.unsent ?? "");
    });
  }
  document.addEventListener("click", lead);
}

/** Bring the focus to the control that a line of a refusal names, wherever it is folded away. @param {MouseEvent} event */
function lead(event) {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("[data-refusal] a[href^='#']"));
  const place = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!place) return;
  event.preventDefault();
  for (let fold = place.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  const control = place.hidden ? place.parentElement?.querySelector(".rich") : inner(place);
  if (!(control instanceof HTMLElement)) return;
  control.scrollIntoView({ block: "center" });
  control.focus({ preventScroll: true });
}

/** @param {HTMLElement} place */
function inner(place) {
  return place.matches("input, textarea, select") ? place : place.querySelector("input, textarea, select");
}

/** @param {string} words */
function say(words) {
  const place = document.getElementById("toasts");
  if (!place || !words || place.querySelector("[data-unsent-said]")) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.unsentSaid = "";
  toast.setAttribute("role", "alert");
  toast.textContent = words;
  place.append(toast);
  setTimeout(() => toast.remove(), 10_000);
}
