export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * The median slope of the lines through any two points (Theil 1950, Sen 1968): up to 29 % of the points may
 * be outliers. `null` with fewer than two places. Takes time in the square of the number of points.
 */
export function theilSenSlope(points: readonly Point[]): number | null {
  return median(pairwiseSlopes(points))
}

/** The slopes of the lines through any two points, vertical ones left out; in no order. */
export function pairwiseSlopes(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2)
  let count = 0
  for (const [index, one] of points.entries()) {
    for (let next = index + 1; next < points.length; next += 1) {
      const other = points[next]
      if (other && other.x !== one.x) slopes[count++] = (other.y - one.y) / (other.x - one.x)
    }
  }
  return slopes.subarray(0, count)
}

/** The median; `null` without values. */
export function median(values: ArrayLike<number>): number | null {
  const sorted = Float64Array.from(values).sort()
  const high = sorted[sorted.length >> 1]
  const low = sorted[(sorted.length - 1) >> 1]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
