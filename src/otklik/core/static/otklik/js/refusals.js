// What did not arrive at all is said; a refusal that arrived speaks for itself.

export function bindRefusals() {
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const { xhr } = /** @type {CustomEvent} */ (event).detail;
      if (xhr && xhr.status > 0 && xhr.status < 500) return;
      say(document.getElementById("toasts")?.dataset.unsent ?? "");
    });
  }
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
