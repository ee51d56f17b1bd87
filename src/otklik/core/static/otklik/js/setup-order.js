// Drags a row of a tree or form to another place. The buttons beside it do the same without this.

/** Bind every list that can be reordered, once. @param {ParentNode} root */
export function bindOrders(root) {
  for (const found of root.querySelectorAll("[data-tree]:not([data-bound]), [data-order]:not([data-bound])")) {
    const list = /** @type {HTMLElement} */ (found);
    list.dataset.bound = "";
    for (const grip of list.querySelectorAll("[data-grip]")) {
      const handle = /** @type {HTMLElement} */ (grip);
      handle.hidden = false;
      handle.draggable = true;
    }
    new Order(list);
  }
}

const MARKS = ["before", "after", "into"];

class Order {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    this.isTree = "tree" in list.dataset;
    /** @type {HTMLElement | null} */
    this.dragged = null;
    list.addEventListener("dragstart", (event) => this.start(event));
    list.addEventListener("dragover", (event) => this.over(event));
    list.addEventListener("dragend", () => this.end());
    list.addEventListener("drop", (event) => this.drop(event));
  }

  /** @param {Event} event @returns {HTMLElement | null} */
  item(event) {
    return /** @type {Element} */ (event.target).closest(this.isTree ? "[data-node]" : "[data-place]");
  }

  /** @param {DragEvent} event */
  start(event) {
    this.dragged = this.item(event);
    if (!this.dragged || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.dragged.textContent?.trim() ?? "");
    this.dragged.classList.add("dragged");
  }

  /** @param {DragEvent} event */
  over(event) {
    const item = this.item(event);
    this.unmark();
    if (!this.dragged || !item || this.dragged.contains(item)) return;
    event.preventDefault();
    item.classList.add(this.mark(item, event.clientY));
  }

  /** Above its upper third: before; in the middle of a tree's row: under it; else after. */
  mark(item, y) {
    const box = (item.firstElementChild ?? item).getBoundingClientRect();
    const part = (y - box.top) / box.height;
    if (!this.isTree) return part < 0.5 ? "before" : "after";
    return part < 0.3 ? "before" : part > 0.7 ? "after" : "into";
  }

  /** @param {DragEvent} event */
  drop(event) {
    const item = this.item(event);
    const mark = item && MARKS.find((one) => item.classList.contains(one));
    const dragged = this.dragged;
    this.end();
    if (!item || !mark || !dragged) return;
    event.preventDefault();
    const parent = mark === "into" ? item : item.parentElement?.closest("[data-node]");
    const beside = [...(mark === "into" ? item.querySelectorAll(":scope > ol > li") : item.parentElement?.children ?? [])];
    const others = beside.filter((one) => one !== dragged);
    const index = mark === "into" ? others.length : others.indexOf(item) + (mark === "after" ? 1 : 0);
    this.send(dragged, /** @type {HTMLElement | null} */ (parent)?.dataset.node ?? "", index);
  }

  send(dragged, parent, index) {
    const button = dragged.querySelector("form.press");
    const form = document.createElement("form");
    form.method = "post";
    form.action = dragged.dataset.place ?? button?.action ?? "";
    const token = button?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, parent, index: String(index) })) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }

  unmark() {
    for (const one of this.list.querySelectorAll(MARKS.map((mark) => `.${mark}`).join())) one.classList.remove(...MARKS);
  }

  end() {
    this.unmark();
    this.dragged?.classList.remove("dragged");
    this.dragged = null;
  }
}
