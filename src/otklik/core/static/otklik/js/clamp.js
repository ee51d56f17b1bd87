// A long heading shows its first lines where there is little room, and all of it when asked. It is read out whole.
//
//   <h1 data-clamp data-clamp-more="Show all" data-clamp-less="Show less">…</h1>

let isWhole = false; // for as long as the page lives, whatever is drawn anew

/** @param {ParentNode} root */
export function bindClamps(root) {
  for (const place of root.querySelectorAll("[data-clamp]:not([data-clamp-bound])")) {
    const heading = /** @type {HTMLElement} */ (place);
    heading.dataset.clampBound = "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small clamp-more";
    button.addEventListener("click", () => {
      isWhole = !isWhole;
      show(heading, button);
    });
    heading.after(button);
    show(heading, button);
    new ResizeObserver(() => show(heading, button)).observe(heading);
  }
}

/** @param {HTMLElement} heading @param {HTMLButtonElement} button */
function show(heading, button) {
  heading.classList.add("clamped");
  const isLong = heading.scrollHeight > heading.clientHeight + 1;
  heading.classList.toggle("clamped", !isWhole);
  button.hidden = !isLong;
  button.setAttribute("aria-expanded", String(isWhole));
  button.textContent = (isWhole ? heading.dataset.clampLess : heading.dataset.clampMore) ?? "";
}
