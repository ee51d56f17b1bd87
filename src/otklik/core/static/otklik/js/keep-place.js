// A page that one saves part by part comes back where one was reading it.
//
//   <div class="room-scroll" data-keep-place="/setup/people/7/">…<form method="post">…

const KEPT = "place-kept";
const SOON = 60_000;

/** @param {ParentNode} root */
export function bindKeepPlace(root) {
  for (const place of root.querySelectorAll("[data-keep-place]:not([data-place-bound])")) {
    const scroller = /** @type {HTMLElement} */ (place);
    scroller.dataset.placeBound = "";
    scroller.addEventListener("submit", () => keep(scroller));
    goBack(scroller);
  }
}

/** @param {HTMLElement} scroller */
function keep(scroller) {
  const { scrollTop: inside } = scroller;
  const kept = { page: scroller.dataset.keepPlace, inside, whole: window.scrollY, at: Date.now() };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

/** What was refused is shown by its own focus. @param {HTMLElement} scroller */
function goBack(scroller) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  const isOurs = kept.page === scroller.dataset.keepPlace && Date.now() - kept.at < SOON;
  if (!isOurs || document.querySelector("[data-refusal]")) return;
  scroller.scrollTop = kept.inside;
  window.scrollTo(window.scrollX, kept.whole);
}
