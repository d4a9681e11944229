export interface BackoffLimits {
  readonly firstMs: number
  readonly lastMs: number
}

/** An Agent that restarts is back within seconds; one that is not installed is asked every few minutes. */
export const DELIVERY_BACKOFF: BackoffLimits = { firstMs: 5_000, lastMs: 300_000 }

/** Added after the cap: many apps that lost the same Agent shall not all come back at once. */
const JITTER = 0.2

/**
 * How long to wait after so many failures in a row, in milliseconds: doubling, ±20 %.
 * @param random 0 to 1
 */
export function backoff(failures: number, random: number, { firstMs, lastMs }: BackoffLimits): number {
  const delay = Math.min(firstMs * 2 ** (failures - 1), lastMs)
  return delay * (1 + JITTER * (2 * random - 1))
}
