/** In milliseconds. */
export interface BackoffLimits {
  readonly firstMs: number
  readonly lastMs: number
}

/** Added after the cap, where it would else vanish: many apps that lost the same Agent shall not all come back at once. */
const JITTER = 0.2

/** How long to wait after so many failures in a row, from 1 on, in milliseconds: doubling up to the last. */
export function exponentialDelay(failures: number, { firstMs, lastMs }: BackoffLimits): number {
  return Math.min(firstMs * 2 ** (failures - 1), lastMs)
}

/**
 * The same, give or take a fifth.
 * @param random 0 to 1
 */
export function backoff(failures: number, random: number, limits: BackoffLimits): number {
  return exponentialDelay(failures, limits) * (1 + JITTER * (2 * random - 1))
}
