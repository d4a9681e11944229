// @ts-check
import { summary } from './statistics.mjs'

/** @typedef {import('./statistics.mjs').Summary} Summary */

/** @typedef {{ value: number, low: number, high: number }} Ratio `low` to `high` is where it lies */

/** @typedef {{ text: string, verdict: 'met' | 'NOT met' | 'not decided' }} Target */

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
