// @ts-check
// A new token for an open page, by the rights of this moment.

const LONGEST_ANSWER = 10_000;

/** @typedef {{isOut: boolean, words: string}} Refusal nobody is signed in; or else what the desk says of it */
/**
 * @param {{page: string, renew: string}} place
 * @returns {Promise<{token?: string, refusal?: Refusal}>} neither: try again
 */
export async function renewed(place) {
  try {
    const address = `${place.renew}?page=${encodeURIComponent(place.page)}`;
    const signal = AbortSignal.timeout(LONGEST_ANSWER);
    const headers = { Accept: "application/problem+json" };
    const answer = await fetch(address, { headers, redirect: "manual", cache: "no-store", signal });
    if (answer.ok) return { token: (await answer.json()).token };
    const isOut = answer.type === "opaqueredirect" || answer.status === 401;
    if (!isOut && answer.status !== 403 && answer.status !== 404) return {};
    return { refusal: { isOut, words: await wordsOf(answer) } };
  } catch {
    return {};
  }
}

/** What a colleague did that hid the thing; "" for any other reason. @param {Response} answer */
async function wordsOf(answer) {
  const { type = "", detail = "" } = await answer.json().catch(() => ({}));
  return type === "urn:otklik:problem:out-of-sight" ? detail : "";
}
