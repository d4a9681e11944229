// @ts-check
// Requests to Datadog's API, and what an answer other than success means.

const TIMEOUT_MS = 30_000

/** The error for a response of Datadog's other than success. */
export class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** @typedef {(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) => Promise<any>} Api */

/**
 * @param {{ apiKey: string, appKey: string, site: string }} account
 * @returns {Api}
 */
export function openApi({ apiKey, appKey, site }) {
  const base = site.includes('://') ? site : `https://api.${site}`
  const headers = { 'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': appKey, 'content-type': 'application/json' }
  return async (method, path, body) => {
    const request = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }
    const response = await fetch(
      new URL(path, base),
      body === undefined ? request : { ...request, body: JSON.stringify(body) },
    ).catch((error) => {
      throw new Error(`Datadog cannot be reached at ${base}: ${error.cause?.message ?? error.message}`)
    })
    if (response.ok) return response.json()
    throw new RefusedError(
      response.status,
      await refusal(response, `${method} ${path}`, site, [apiKey, appKey]),
    )
  }
}

/**
 * The error for a response, without the keys: neither ours nor what a response repeats of them.
 * @param {Response} response
 * @param {string} what
 * @param {string} site
 * @param {readonly string[]} keys
 */
async function refusal(response, what, site, keys) {
  if (response.status === 401 || response.status === 403) {
    return `Datadog refuses the keys (${response.status} for ${what}): is DD_API_KEY or DD_APP_KEY wrong, without the right to this, or of another site than ${site}?`
  }
  if (response.status === 429) return `Datadog wants fewer requests (429 for ${what}): try again in a minute`
  let text = (await response.text().catch(() => '')).slice(0, 1_000)
  for (const key of keys) text = text.replaceAll(key, '***')
  return `Datadog answered ${response.status} for ${what}: ${text}`
}
