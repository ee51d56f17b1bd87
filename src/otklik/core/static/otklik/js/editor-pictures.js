// Pictures that stand in the text: put there when they have arrived, gone with their file.

/** Put a picture at the end of what was written. @param {HTMLTextAreaElement} box @param {string} url @param {string} name */
export function insertPicture(box, url, name) {
  const area = areaOf(box);
  if (!area) return;
  const picture = document.createElement("img");
  picture.src = url;
  picture.alt = name;
  area.append(picture);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLTextAreaElement} box @param {string} token */
export function removePicture(box, token) {
  const area = areaOf(box);
  if (!area) return;
  for (const picture of area.querySelectorAll(`img[src*="/${CSS.escape(token)}/"]`)) picture.remove();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLTextAreaElement} box */
function areaOf(box) {
  return box.parentElement?.querySelector(".rich");
}
