// A choice of time zones that nobody has touched begins with that of the device.

/** @param {ParentNode} root */
export function bindOwnZone(root) {
  for (const place of root.querySelectorAll("select[data-own-zone]:not([data-bound])")) {
    const choice = /** @type {HTMLSelectElement} */ (place);
    choice.dataset.bound = "";
    const zone = own();
    if (choice.value !== "UTC" || !zone || zone === "UTC") continue;
    const same = [...choice.options].find((option) => option.value === zone) ?? otherName(choice, zone);
    if (same) choice.value = same.value;
  }
}

/** @param {string} [zone] @returns {string} what the device calls a zone, its own where none is named */
function own(zone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return ""; // a name that this browser does not know
  }
}

/** Browsers call some zones by older names: Asia/Calcutta. @param {HTMLSelectElement} choice @param {string} zone */
function otherName(choice, zone) {
  return [...choice.options].find((option) => option.value !== "UTC" && own(option.value) === zone);
}
