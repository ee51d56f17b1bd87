// Lists of a rich text. Chromium writes a line anew as it becomes an item and puts the caret before it; here the caret
// stays where it was, so that one goes on typing.

/** @param {"insertUnorderedList" | "insertOrderedList"} command */
export function toggleList(command) {
  const selection = document.getSelection();
  const { anchorNode: node, anchorOffset: offset = 0, isCollapsed } = selection ?? {};
  const area = node instanceof Text && isCollapsed && node.parentElement?.closest("[contenteditable]");
  const before = area ? lengthBefore(area, node, offset) : 0;
  document.execCommand(command);
  if (!area || !selection) return;
  const place = placeAfter(area, before, offset === 0);
  if (place) selection.collapse(...place);
}

/** @param {Element} area @param {Node} node @param {number} offset */
function lengthBefore(area, node, offset) {
  const range = document.createRange();
  range.setStart(area, 0);
  range.setEnd(node, offset);
  return String(range).length;
}

/** Between two lines both have the same count before them. @param {Element} area @param {number} count @param {boolean} starts a line or a part of it
 * @returns {[Text, number] | null} */
function placeAfter(area, count, starts) {
  const texts = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
  let left = count;
  while (texts.nextNode()) {
    const text = /** @type {Text} */ (texts.currentNode);
    if (left < text.length || (left === text.length && !starts)) return [text, left];
    left -= text.length;
  }
  return null;
}
