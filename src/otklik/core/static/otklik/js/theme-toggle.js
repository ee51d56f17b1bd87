/** The button that changes light and dark, kept in this browser. */
export function bindTheme() {
  const root = document.documentElement;
  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-theme-toggle]");
    if (!button) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("otklik-theme", root.dataset.theme);
    button.setAttribute("aria-pressed", String(isDark()));
  });
}
