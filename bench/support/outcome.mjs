// @ts-check
import { bootstrapRange, median, summary } from './statistics.mjs'

/**
 * Factor by which a target that is a share of another cost in the same run is missed only by a real fault,
 * however busy the machine.
 */
export const FAR = 3

/** @typedef {import('./statistics.mjs').Summary} Summary */

/** @typedef {{ value: number, low: number, high: number }} Ratio `low` to `high` is where it lies */

/** @typedef {{ text: string, verdict: 'met' | 'NOT met' | 'not decided' | null, far?: boolean }} Target `null`: there is none, it is only shown; `far` is missed by far, whatever the machine */

/**
 * One figure, with and without the monitored part.
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
 * The figure as the increase by what is measured.
 * @param {string} what
 * @param {string} unit
 * @param {readonly number[]} baseline
 * @param {readonly number[]} measured in the order of `baseline`
 * @returns {Row}
 */
export function addedRow(what, unit, baseline, measured) {
  const { text } = drawn(added(baseline, measured), 1)
  return { ...pairedRow(what, unit, baseline, measured), target: { text: `${text} ${unit}`, verdict: null } }
}

/**
 * The same, compared with what something else adds: a slow machine makes both slow.
 * @param {Row} row
 * @param {{ name: string, baseline: readonly number[], measured: readonly number[], reference: readonly number[], most: number }} share
 *   `most` of what `reference`, called `name`, adds to the baseline; a target is decided when 90 of 100 draws agree
 * @returns {Row}
 */
export function heldAgainst(row, { name, baseline, measured, reference, most }) {
  const others = added(baseline, reference)
  const { low, high, text } = drawn(
    added(baseline, measured).map((more, index) => more / (others[index] ?? Number.NaN)),
    2,
  )
  const verdict = high <= most ? 'met' : low > most ? 'NOT met' : 'not decided'
  const told = `${row.target?.text}; ${text} of ${name}, <= ${most}`
  return { ...row, target: { text: told, verdict, far: low > FAR * most } }
}

/** @param {readonly number[]} baseline @param {readonly number[]} measured */
const added = (baseline, measured) => measured.map((value, index) => value - (baseline[index] ?? Number.NaN))

/** The median of the values, and its range. @param {readonly number[]} values @param {number} digits */
function drawn(values, digits) {
  const middle = median(values)
  const { low, high } = bootstrapRange(
    (draw) => median(draw.map((index) => values[index] ?? Number.NaN)),
    values.length,
  )
  const range = [low, high].map((value) => value.toFixed(digits)).join('-')
  return { low, high, text: `${middle < 0 ? '' : '+'}${middle.toFixed(digits)} (${range})` }
}
