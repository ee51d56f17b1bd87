// Before the first paint: the theme that a visitor chose in this browser, if the page names none.
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("otklik-theme");
  if (!root.dataset.theme && (kept === "light" || kept === "dark")) root.dataset.theme = kept;
})();
