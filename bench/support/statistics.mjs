// @ts-check

const DRAWS = 400

/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number} count of values
 */

/**
 * A quantile, interpolated between the two nearest values (type 7 of Hyndman and Fan, as in R and NumPy).
 * @param {readonly number[]} values in any order, at least one
 * @param {number} share 0 to 1
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5)

/** @param {readonly number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** @param {readonly number[]} values at least one @returns {Summary} */
export function summary(values) {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  }
}

/**
 * The reliability of a figure: the range that it keeps to in 90 of 100 draws from the measurements (Efron's
 * bootstrap, by percentiles).
 * @param {(draw: readonly number[]) => number} figure of the measurements with these numbers, some more than once
 * @param {number} count of measurements
 * @returns {{ low: number, high: number }}
 */
export function bootstrapRange(figure, count) {
  const draws = Array.from({ length: DRAWS }, () =>
    figure(Array.from({ length: count }, () => Math.floor(Math.random() * count))),
  )
  return { low: quantile(draws, 0.05), high: quantile(draws, 0.95) }
}
