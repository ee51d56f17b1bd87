// Files: by button, drop or paste, one after another, with progress and cancel.
import { bindDropped } from "./dropped.js";
import { insertPicture, removePicture } from "./editor-pictures.js";
import { bindShown, failRow, keepRow, uploadRow } from "./upload-row.js";

const CHOOSER = "input[type=file][data-files]";

/** Bind every composer with a place for files, once. @param {ParentNode} root */
export function bindUploads(root) {
  for (const form of root.querySelectorAll("form[data-composer]:not([data-uploading])")) {
    const place = form.querySelector("[data-uploads]");
    if (place) new Uploads(/** @type {HTMLFormElement} */ (form), /** @type {HTMLElement} */ (place));
  }
}

class Uploads {
  /** @param {HTMLFormElement} form @param {HTMLElement} place */
  constructor(form, place) {
    form.dataset.uploading = "";
    this.form = form;
    this.place = place;
    /** @type {{file: File, inline: boolean, row: HTMLElement}[]} */
    this.waiting = [];
    this.busy = false;
    form.addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (input.matches(CHOOSER)) this.take(input);
    });
    bindShown(place);
    bindDropped(form, (files) => this.add(files, false));
    place.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("[data-drop]");
      if (button) this.cancel(button.closest(".upload"));
    });
    form.addEventListener("submit", (event) => this.wait(event), { capture: true });
    form.addEventListener("otklik:files", (event) => {
      const { files, inline } = /** @type {CustomEvent} */ (event).detail;
      this.add(files, inline);
    });
    for (const input of form.querySelectorAll(CHOOSER)) this.take(/** @type {HTMLInputElement} */ (input)); // chosen before this module came
  }

  /** @param {HTMLInputElement} input */
  take(input) {
    this.add([...(input.files ?? [])], false);
    input.value = "";
  }

  /** What is still on its way is waited for; the press is repeated when all have arrived. */
  wait(event) {
    if (!this.busy && !this.waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.pressed = { submitter: event.submitter }; // none by keys
    event.submitter?.setAttribute("aria-busy", "true");
  }

  /** @param {File[]} files @param {boolean} inline */
  add(files, inline) {
    for (const file of files) {
      const row = uploadRow(file.name, this.place.dataset.cancel ?? "×", (gone) => this.cancel(gone));
      this.place.append(row);
      if (file.size > Number(this.rules().limit)) {
        this.fail(row, this.rules().tooLarge ?? "");
        continue;
      }
      this.waiting.push({ file, inline, row });
    }
    this.next();
  }

  /** How large a file may be: as the type that is chosen now says, where there is a choice. */
  rules() {
    const place = /** @type {HTMLElement | null} */ (this.form.querySelector("[data-file-rules]"));
    return (place ?? this.place).dataset;
  }

  next() {
    const item = this.busy ? undefined : this.waiting.shift();
    this.form.toggleAttribute("data-sending-files", this.busy || Boolean(item));
    if (!item) {
      this.repeat();
      return;
    }
    this.busy = true;
    const body = new FormData();
    body.append("type", this.rules().type ?? "");
    body.append("file", item.file, item.file.name);
    const request = new XMLHttpRequest();
    this.request = { request, row: item.row };
    request.open("POST", this.place.dataset.url ?? "");
    request.setRequestHeader("X-CSRFToken", this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    request.upload.addEventListener("progress", (event) => {
      const bar = item.row.querySelector("progress");
      if (bar && event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => this.arrived(request, item));
    request.send(body);
  }

  repeat() {
    if (this.busy || !this.pressed) return;
    const { submitter } = this.pressed;
    this.pressed = undefined;
    submitter?.removeAttribute("aria-busy");
    if (!this.place.querySelector(".failed")) this.form.requestSubmit(submitter);
  }

  arrived(request, item) {
    this.busy = false;
    if (request.status === 201) this.keep(JSON.parse(request.responseText), item);
    else if (request.status === 413) this.fail(item.row, this.rules().tooLarge ?? "");
    else if (item.row.isConnected) this.fail(item.row, this.place.dataset.failed ?? "");
    this.changed();
    this.next();
  }

  /** What waits with the text is kept like the text. */
  changed() {
    this.place.dispatchEvent(new Event("input", { bubbles: true }));
  }

  keep(kept, item) {
    keepRow(item.row, kept.token, this.place.dataset.remove ?? "×");
    const box = this.form.querySelector("[data-editor] textarea");
    if (item.inline && kept.is_picture && box) insertPicture(box, kept.look, kept.name);
  }

  fail(row, words) {
    failRow(row, words, this.place.dataset.remove ?? "×");
  }

  cancel(row) {
    this.waiting = this.waiting.filter((item) => item.row !== row);
    if (this.request?.row === row) this.request.request.abort();
    if (row.dataset.token) {
      const token = this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
      const box = this.form.querySelector("[data-editor] textarea");
      if (box) removePicture(box, row.dataset.token);
      fetch(`${this.place.dataset.url}${row.dataset.token}/`, { method: "POST", headers: { "X-CSRFToken": token } });
    }
    row.remove();
    this.changed();
  }
}
