// @ts-check
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Host } from '../support/host.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/worker.cjs')
const MIB = 2 ** 20
const MOST_MIB = 25
/** Units of work, the same in every process: they decide how far the backend's own memory grows. */
const UNITS = 60

const FULL = { pairs: 4, periods: 4, periodMs: 2_500 }
const SHORT = { pairs: 2, periods: 2, periodMs: 1_200 }

/**
 * Measures the resident memory of a backend with and without the profiler, once it has run for a few periods.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function threadMemory({ electron, short }) {
  const plan = short ? SHORT : FULL
  const { bare, more, sets } = await Host.with(electron, (host) => runPeriods(host, plan))
  const row = pairedRow('resident memory of the backend', 'MiB', bare, more)
  const difference = row.measured.median - row.baseline.median
  /** @type {import('../support/outcome.mjs').Target['verdict']} */
  const verdict = difference <= MOST_MIB ? 'met' : 'NOT met'
  const target = {
    text: `+${difference.toFixed(1)} MiB, <= ${MOST_MIB}`,
    verdict,
  }
  return {
    baseline: 'without profiler',
    measured: 'with',
    rows: [{ ...row, target }],
    notes: [`${plan.pairs} pairs of processes; sets of profiles in each: ${sets.join(', ')}`],
  }
}

/** @param {Host} host @param {typeof FULL} plan */
async function runPeriods(host, { pairs, periods, periodMs }) {
  // With V8's `gc()` the backend's garbage is not counted.
  const execArgv = ['--js-flags=--expose-gc']
  const start = (/** @type {number | null} */ profilingPeriodMs) =>
    host.bootstrapped(BACKEND, { profilingPeriodMs, execArgv })
  const without = Array.from({ length: pairs }, () => start(null))
  const profiled = Array.from({ length: pairs }, () => start(periodMs))
  const all = without.flatMap((one, index) => [one, ...profiled.slice(index, index + 1)])
  await Promise.all(all.map(({ ready }) => ready))
  for (let period = 0; period < periods; period++) {
    const over = sleep(periodMs)
    for (const backend of all) await backend.ask({ type: 'units', count: UNITS })
    await over
  }
  const resident = async (/** @type {typeof all} */ side) => {
    const answers = await Promise.all(side.map((backend) => backend.ask({ type: 'memory' })))
    return answers.map((rss) => rss / MIB)
  }
  const [bare, more] = [await resident(without), await resident(profiled)]
  const sets = profiled.map((backend) => backend.profileSets().length)
  if (sets.some((count) => count === 0)) throw new Error('a backend that was to be profiled wrote no profile')
  return { bare, more, sets }
}
