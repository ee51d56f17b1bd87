// The conversation and the composer under it: where the eye is, and what came while one wrote.

const SETTLED = 80;
const NAMES_A_MESSAGE = /^#message-\d+$/;

/** Scroll the conversation to its end, where the news is. @param {ParentNode} root */
export function scrollToEnd(root) {
  for (const place of root.querySelectorAll("[data-scroll-end]")) {
    if (place.scrollHeight > place.clientHeight) place.scrollTop = place.scrollHeight;
    else place.nextElementSibling?.scrollIntoView({ block: "end" }); // on a telephone the whole page scrolls
  }
}

/** Begin where the address says, else at the end. */
export function scrollToPlace() {
  const named = document.getElementById(location.hash.slice(1));
  if (named?.closest(".thread")) named.scrollIntoView({ block: "center" });
  else if (NAMES_A_MESSAGE.test(location.hash)) showNamed();
  else scrollToEnd(document);
}

/** A message that stands further back than the page shows: once more, from there on. */
function showNamed() {
  const address = new URL(location.href);
  if (!document.querySelector(".thread .beyond") || address.searchParams.has("at")) return;
  address.searchParams.set("at", address.hash.slice(1));
  location.replace(address);
}

/** Keep the place in the conversation over every swap, or its end if the eye was there. */
export function bindConversation() {
  /** @type {{top: number, fromEnd: number, asks: boolean, atEnd: boolean, asked: boolean} | null} */
  let before = null;
  let follows = true;
  const look = (/** @type {Event} */ event) => {
    const place = scroller();
    if (!place) return;
    const asking = /** @type {CustomEvent} */ (event).detail?.requestConfig?.elt;
    const room = place.closest("#ticket");
    const asked = Boolean(room?.contains(asking ?? document.activeElement));
    const asks = asking?.matches?.("[data-earlier]") ?? false; // for what was before
    const atEnd = asking?.id === "composer" || (isAtEnd(place) && !asks);
    before = { top: place.scrollTop, fromEnd: place.scrollHeight - place.scrollTop, asks, atEnd, asked };
  };
  document.addEventListener("htmx:beforeSwap", look);
  document.addEventListener("otklik:beforeSwap", look);
  document.addEventListener("scroll", (event) => {
    const place = scroller();
    if (place && event.target === place) follows = isAtEnd(place);
  }, true);
  document.addEventListener("htmx:afterSwap", () => {
    const place = scroller();
    if (place && before) {
      const kept = before.asks ? place.scrollHeight - before.fromEnd : before.top;
      place.scrollTop = before.atEnd ? place.scrollHeight : kept;
      // What was pressed may be gone; whoever has no mouse goes on from the conversation.
      if (before.asked && document.activeElement === document.body) place.focus({ preventScroll: true });
    } else if (place && follows) {
      requestAnimationFrame(() => (place.scrollTop = place.scrollHeight)); // after a live reading
    }
    before = null;
  });
  // The composer grows once its editor is bound: the end stays in sight.
  document.addEventListener("htmx:afterSettle", () => setTimeout(() => {
    const place = scroller();
    if (place && follows) place.scrollTop = place.scrollHeight;
  }, SETTLED));
  // On a telephone it unfolds when one begins to write, and stays so: a press may leave the words first.
  document.addEventListener("focusin", (event) => {
    const place = /** @type {Element} */ (event.target).closest("#composer");
    if (!place || place.contains(/** @type {Node | null} */ (event.relatedTarget))) return;
    place.classList.add("unfolded");
    if (matchMedia("(max-width: 700px)").matches) requestAnimationFrame(() => place.scrollIntoView({ block: "nearest" }));
  });
  document.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-news-show]"))) return;
    scrollToEnd(document);
    tellNews(document, true);
  });
}

/**
 * A letter that came while somebody writes is announced above the composer; to an idle one it is simply seen.
 * @param {ParentNode} _root @param {boolean} [shown]
 */
export function tellNews(_root, shown = false) {
  const thread = document.getElementById("ticket-thread");
  const seen = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-seen]"));
  const notice = /** @type {HTMLElement | null} */ (document.querySelector("[data-news]"));
  if (!thread || !seen || !notice) return;
  const { last = "0", lastAuthor = "" } = thread.dataset;
  const writing = Boolean(seen.form?.querySelector("textarea")?.value);
  const isNews = Number(last) > Number(seen.value) && lastAuthor !== "";
  if (shown || !writing || !isNews) {
    seen.value = String(Math.max(Number(seen.value), Number(last)));
    notice.hidden = true;
    return;
  }
  const words = notice.querySelector("[data-words]");
  if (words) words.textContent = (words.getAttribute("data-words") ?? "").replace("{name}", lastAuthor);
  notice.hidden = false;
  seen.form?.dispatchEvent(new CustomEvent("otklik:news")); // what waits to be sent is not
}

/** @returns {Element | null} */
function scroller() {
  return document.querySelector("#ticket [data-scroll-end]");
}

/** @param {Element} place */
function isAtEnd(place) {
  return place.scrollHeight - place.scrollTop - place.clientHeight < 40;
}
