// Binds every module to the page, and again to what htmx brings.
import { bindAnswerFiles } from "./answer-files.js";
import { bindAutosave } from "./autosave.js";
import { bindConversation, scrollToEnd, tellNews } from "./composer.js";
import { bindConditions } from "./conditional.js";
import { bindCounts } from "./count.js";
import { bindDialogs } from "./dialog.js";
import { bindEditors } from "./editor.js";
import { bindKeys } from "./keys.js";
import { bindMenus } from "./menu.js";
import { bindNarrow } from "./narrow.js";
import { bindOrders } from "./setup-order.js";
import { bindPictures } from "./pictures.js";
import { bindRefusals } from "./refusals.js";
import { bindTheme } from "./theme-toggle.js";
import "./times.js";
import { bindUploads } from "./uploads.js";

/** @param {ParentNode} root */
function bind(root) {
  bindAutosave(root);
  bindConditions(root);
  bindOrders(root);
  bindAnswerFiles(root);
  bindEditors(root);
  bindUploads(root);
  bindCounts(root);
  bindNarrow(root);
  tellNews(root);
}

bindTheme();
bindMenus();
bindDialogs(bind);
bindPictures();
bindConversation();
bindRefusals();
bindKeys();
bind(document);
scrollToEnd(document);
document.body.addEventListener("htmx:afterSettle", (event) => bind(/** @type {Element} */ (event.target).parentElement ?? document));
document.body.addEventListener("htmx:oobAfterSwap", () => bind(document));
