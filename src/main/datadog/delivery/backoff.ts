export interface BackoffLimits {
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * Delays between attempts: an Agent that restarts is back within seconds; one that is not installed is tried
 * every few minutes.
 */
export const DELIVERY_BACKOFF: BackoffLimits = { firstMs: 5_000, lastMs: 300_000 }

/** Jitter, added after the cap: apps that lost the same Agent must not all return at once. */
const JITTER = 0.2

/**
 * The delay after a number of failures in a row, in milliseconds: doubling, ±20 %.
 * @param random 0 to 1
 */
export function backoff(failures: number, random: number, { firstMs, lastMs }: BackoffLimits): number {
  const delay = Math.min(firstMs * 2 ** (failures - 1), lastMs)
  return delay * (1 + JITTER * (2 * random - 1))
}
