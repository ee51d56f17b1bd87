// @ts-check
// A new token for an open page, by the rights of this moment.

const LONGEST_ANSWER = 10_000;

/**
 * @param {{page: string, renew: string}} place
 * @returns {Promise<string>} a token, "refused", or "" for try again
 */
export async function renewed(place) {
  try {
    const address = `${place.renew}?page=${encodeURIComponent(place.page)}`;
    const signal = AbortSignal.timeout(LONGEST_ANSWER);
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal });
    if (answer.ok) return (await answer.json()).token;
    const gone = answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status);
    return gone ? "refused" : "";
  } catch {
    return "";
  }
}
