// @ts-check
import { bootstrapRange, mean, median, quantile, summary } from './statistics.mjs'

export const SLICE_MS = 100
/** Units until the code is optimised and the backend has reached its number of objects. */
export const WARM_UP_UNITS = 450
/** Quantile of the fast slices, which nothing disturbed, on a machine that changes its speed. */
const FAST = 0.9

/** @typedef {{ speed: number, cpuSpeed: number | null }} Slice work units in a second, and in a CPU second */
/** Slices by process and turn. @typedef {Slice[][]} Side */

/** @param {readonly Slice[]} slices */
export const fast = (slices) =>
  quantile(
    slices.map(({ speed }) => speed),
    FAST,
  )

/** @param {readonly Slice[]} slices */
export const whole = (slices) => mean(slices.map(({ speed }) => speed))

/** @param {readonly Slice[]} slices */
export const perCpu = (slices) => median(slices.map(({ cpuSpeed }) => cpuSpeed ?? Number.NaN))

/** True if the kernel's figure is there: on Linux only. @param {Side} side */
export const hasCpu = (side) => side[0]?.[0]?.cpuSpeed !== null

/**
 * Computes the ratio of `measured` to `baseline` for a draw of turns.
 * @typedef {(draw: readonly number[]) => number} RatioOf
 */

/** @param {Side} baseline @param {Side} measured @param {(slices: Slice[]) => number} figure @returns {RatioOf} */
export function ratioOf(baseline, measured, figure) {
  const of = (/** @type {Side} */ side, /** @type {readonly number[]} */ draw) =>
    figure(side.flatMap((slices) => draw.flatMap((turn) => slices[turn] ?? [])))
  return (draw) => of(measured, draw) / of(baseline, draw)
}

/** @param {RatioOf} ratio @param {number} turns that were measured @returns {import('./outcome.mjs').Ratio} */
export function withRange(ratio, turns) {
  const every = Array.from({ length: turns }, (_, turn) => turn)
  return { value: ratio(every), ...bootstrapRange(ratio, turns) }
}

/**
 * @param {string} what
 * @param {Side} baseline
 * @param {Side} measured
 * @param {(slices: Slice[]) => number} figure
 * @returns {import('./outcome.mjs').Row & { ratio: import('./outcome.mjs').Ratio }}
 */
export function compare(what, baseline, measured, figure) {
  return {
    what,
    unit: 'units/s',
    baseline: summary(baseline.map(figure)),
    measured: summary(measured.map(figure)),
    ratio: withRange(ratioOf(baseline, measured, figure), baseline[0]?.length ?? 0),
    target: null,
  }
}
