// Menus are <details data-menu>: they open without this module, and behave with it.

/** Close on Esc and on a press elsewhere; walk with the arrows; open to the side where there is room. */
export function bindMenus() {
  document.addEventListener("toggle", (event) => {
    const menu = /** @type {HTMLDetailsElement} */ (event.target);
    if (menu.open && menu.matches("[data-menu]")) turn(menu);
  }, true);
  document.addEventListener("click", (event) => {
    const inside = /** @type {Element} */ (event.target).closest("[data-menu]");
    for (const menu of open()) if (menu !== inside) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = /** @type {Element} */ (event.target).closest?.("[data-menu][open]");
    if (event.key === "Escape") {
      for (const one of open()) close(one);
    } else if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(menu, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

/** @returns {HTMLDetailsElement[]} */
function open() {
  return [...document.querySelectorAll("details[data-menu][open]")];
}

/** A list that its page would cut off opens to the other side. */
function turn(menu) {
  const list = menu.querySelector(".menu-list")?.getBoundingClientRect();
  const page = (menu.closest("main") ?? document.documentElement).getBoundingClientRect();
  if (list && list.left < page.left) menu.classList.add("start");
  else if (list && list.right > page.right) menu.classList.remove("start");
}

function close(menu) {
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

function step(menu, by) {
  const items = [...menu.querySelectorAll(".menu-item, summary")];
  const here = items.indexOf(document.activeElement);
  items[(here + by + items.length) % items.length]?.focus();
}
