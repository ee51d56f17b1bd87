// A choice of time zones that nobody has touched begins with that of the device.

/** @param {ParentNode} root */
export function bindOwnZone(root) {
  for (const place of root.querySelectorAll("select[data-own-zone]:not([data-bound])")) {
    const choice = /** @type {HTMLSelectElement} */ (place);
    choice.dataset.bound = "";
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const isOffered = [...choice.options].some((option) => option.value === zone);
    if (choice.value === "UTC" && isOffered) choice.value = zone;
  }
}
