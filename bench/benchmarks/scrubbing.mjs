// @ts-check
import { loadTypeScript } from '../../scripts/bundle/load-typescript.mjs'
import { hostileTexts } from '../support/hostile-texts.mjs'
import { FAR, pairedRow } from '../support/outcome.mjs'

const MB = 1_000_000
const MOST_MS = 200
/** So many of the slowest texts are shown. */
const SHOWN = 8
/** Time in proportion to the length gives 2, and the square of it 4. */
const MOST_RATIO = 3

/**
 * Measures what the scrubber takes for a megabyte of text that was made to cost as much as it can, and for half of it.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function scrubbing({ short }) {
  const { SecretFinder } = await loadTypeScript('src/common/privacy/secrets.ts')
  const finder = new SecretFinder(['aaaaaaaaaaaaaaaab', 'q7random!secret/value'])
  const measured = []
  for (const [name, text] of hostileTexts(MB, short ? 4 : 60)) {
    const whole = () => cpuMs(() => finder.hide(text))
    const half = () => cpuMs(() => finder.hide(text.slice(0, MB / 2)))
    measured.push({ name, pairs: pairs(half, whole, short ? 2 : 5) })
  }
  const slowest = measured.sort((a, b) => fastest(b.pairs) - fastest(a.pairs)).slice(0, SHOWN)
  return {
    baseline: 'half a megabyte',
    measured: 'a megabyte',
    rows: slowest.map(({ name, pairs }) => rowOf(name, pairs)),
    notes: [
      `the ${SHOWN} slowest of ${measured.length} texts; CPU time of one process, the collector's with it`,
    ],
  }
}

/** @typedef {{ half: number, whole: number }} Pair CPU time in milliseconds */

/** @param {() => number} half @param {() => number} whole @param {number} times @returns {Pair[]} */
const pairs = (half, whole, times) => Array.from({ length: times }, () => ({ half: half(), whole: whole() }))

/** The run, of several, that the machine disturbed least. @param {readonly Pair[]} all */
const fastest = (all) => Math.min(...all.map(({ whole }) => whole))

/** @param {string} name @param {readonly Pair[]} all */
function rowOf(name, all) {
  const [half, whole] = [all.map((pair) => pair.half), all.map((pair) => pair.whole)]
  const row = pairedRow(name.slice(0, 60), 'ms', half, whole)
  const best = Math.min(...whole)
  const isFar = best > FAR * MOST_MS && best > MOST_RATIO * Math.min(...half)
  /** @type {import('../support/outcome.mjs').Target['verdict']} */
  const verdict = best <= MOST_MS ? 'met' : 'NOT met'
  return { ...row, target: { text: `fastest ${best.toFixed(0)}, <= ${MOST_MS} ms`, verdict, far: isFar } }
}

/** @param {() => unknown} work */
function cpuMs(work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
