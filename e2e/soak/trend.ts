import { median, type Point, pairwiseSlopes } from '../../src/main/memory/theil-sen'

/** Quantile of the normal distribution: 95 of 100 lie within. */
const Z = 1.96

export interface Trend {
  /** Median of the slopes between any two points. */
  readonly slope: number
  /** Lower bound of the slope in 95 of 100 cases. */
  readonly low: number
  readonly high: number
}

/**
 * Theil and Sen's slope with the confidence interval that Sen (1968) derives from Kendall's rank statistic;
 * nothing is assumed of how the points scatter, except that they do so independently. `null` with too few
 * points.
 */
export function trend(points: readonly Point[]): Trend | null {
  const slopes = pairwiseSlopes(points).sort()
  const n = points.length
  const spread = Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const low = slopes[Math.floor((slopes.length - spread) / 2) - 1]
  const high = slopes[Math.ceil((slopes.length + spread) / 2)]
  const slope = median(slopes)
  return slope === null || low === undefined || high === undefined ? null : { slope, low, high }
}
