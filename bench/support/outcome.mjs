// @ts-check
import { bootstrapRange, median, summary } from './statistics.mjs'

/** A shared machine may be slower by this much, and no target is missed for it. */
export const FAR = 3

/** @typedef {import('./statistics.mjs').Summary} Summary */

/** @typedef {{ value: number, low: number, high: number }} Ratio `low` to `high` is where it lies */

/** @typedef {{ text: string, verdict: 'met' | 'NOT met' | 'not decided' | null, far?: boolean }} Target `null`: there is none, it only tells; `far` outside of it, whatever the machine */

/**
 * One figure, with and without what is measured.
 * @typedef {object} Row
 * @property {string} what
 * @property {string} unit
 * @property {Summary} baseline
 * @property {Summary} measured
 * @property {Ratio | null} ratio measured / baseline; `null` where it says nothing
 * @property {Target | null} target
 */

/**
 * @typedef {object} Outcome
 * @property {string} baseline in words
 * @property {string} measured in words
 * @property {Row[]} rows
 * @property {string[]} notes
 */

/**
 * @typedef {object} Context
 * @property {import('../../scripts/electron/resolve.mjs').ResolvedElectron} electron
 * @property {boolean} short the quick form: it shows that everything works, and gives coarse figures
 */

/** @typedef {(context: Context) => Promise<Outcome>} Benchmark */

/**
 * @param {string} what
 * @param {string} unit
 * @param {readonly number[]} baseline
 * @param {readonly number[]} measured in the order of `baseline`: pairs that ran one after the other are compared
 * @returns {Row} the ratio is the median of the pairs', and their range
 */
export function pairedRow(what, unit, baseline, measured) {
  const { median, min, max } = summary(
    measured.map((value, index) => value / (baseline[index] ?? Number.NaN)),
  )
  return {
    what,
    unit,
    baseline: summary(baseline),
    measured: summary(measured),
    ratio: { value: median, low: min, high: max },
    target: null,
  }
}

/**
 * How much more it is with what is measured.
 * @param {string} what
 * @param {string} unit
 * @param {readonly number[]} baseline
 * @param {readonly number[]} measured in the order of `baseline`
 * @param {number | null} most that it may be more, in `unit`; a target is decided when 90 of 100 draws agree
 * @returns {Row}
 */
export function addedRow(what, unit, baseline, measured, most) {
  const row = pairedRow(what, unit, baseline, measured)
  const added = measured.map((value, index) => value - (baseline[index] ?? Number.NaN))
  const more = median(added)
  const { low, high } = bootstrapRange(
    (draw) => median(draw.map((index) => added[index] ?? Number.NaN)),
    added.length,
  )
  const sign = more < 0 ? '' : '+'
  const text = `${sign}${more.toFixed(1)} ${unit} (${low.toFixed(1)}-${high.toFixed(1)})`
  if (most === null) return { ...row, target: { text, verdict: null, far: false } }
  const verdict = high <= most ? 'met' : low > most ? 'NOT met' : 'not decided'
  return { ...row, target: { text: `${text}, <= ${most}`, verdict, far: low > FAR * most } }
}
