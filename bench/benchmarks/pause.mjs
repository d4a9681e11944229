// @ts-check
import path from 'node:path'
import { Host } from '../support/host.mjs'
import { summary } from '../support/statistics.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/hoarder.cjs')
const MOST_MS = 50
/** Length of a window in periods: a little longer than one, so that it contains the end of one. */
const WINDOW_PERIODS = 1.1
const MIB = 2 ** 20

const FULL = { heapBytes: 1_024 * MIB, windows: 4, periodMs: 3_500 }
const SHORT = { heapBytes: 128 * MIB, windows: 2, periodMs: 1_200 }

/** @typedef {import('../support/statistics.mjs').Summary} Summary */

/**
 * Measures how long the event loop is blocked in a backend with a large heap, with and without the profiler.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function pause({ electron, short }) {
  const plan = short ? SHORT : FULL
  const { heaps, sets, warnings, without, profiled } = await Host.with(electron, (host) => watch(host, plan))
  const of = (/** @type {'maxMs' | 'p99Ms'} */ figure) => ({
    baseline: summary(without.delays.map((delays) => delays[figure])),
    measured: summary(profiled.delays.map((delays) => delays[figure])),
    unit: 'ms',
    ratio: null,
  })
  const longest = of('maxMs')
  return {
    baseline: 'without profiler',
    measured: 'with',
    rows: [
      {
        what: 'longest delay of the event loop in a window',
        ...longest,
        target: { text: `all <= ${MOST_MS} ms`, verdict: verdictOn(longest) },
      },
      { what: '99th percentile of the delays', ...of('p99Ms'), target: null },
    ],
    notes: [
      `heaps of ${heaps.map((bytes) => `${Math.round(bytes / MIB)} MiB`).join(' and ')}; a period of ${plan.periodMs / 1_000} s, windows a little longer`,
      `${sets.length} sets of profiles meanwhile, ${sets.filter(({ space }) => space).length} of them with a heap profile`,
      ...new Set(warnings),
    ],
  }
}

/**
 * The verdict: a machine that blocks the unprofiled backend for as long proves nothing about the profiler.
 * @param {{ baseline: Summary, measured: Summary }} longest
 */
function verdictOn({ baseline, measured }) {
  if (measured.max <= MOST_MS) return /** @type {const} */ ('met')
  return baseline.max > MOST_MS ? /** @type {const} */ ('not decided') : /** @type {const} */ ('NOT met')
}

/** @param {Host} host @param {typeof FULL} plan */
async function watch(host, { heapBytes, windows, periodMs }) {
  const start = (/** @type {number | null} */ profilingPeriodMs) => ({
    backend: host.bootstrapped(BACKEND, { profilingPeriodMs }),
    /** @type {{ maxMs: number, p99Ms: number }[]} */
    delays: [],
  })
  const [without, profiled] = [start(null), start(periodMs)]
  const fill = async ({ backend } = without) => {
    await backend.ready
    return backend.ask({ type: 'fill', bytes: heapBytes })
  }
  const heaps = await Promise.all([fill(without), fill(profiled)])
  const before = profiled.backend.profileSets().length
  for (let window = 0; window < windows; window++) {
    for (const { backend, delays } of [without, profiled]) {
      delays.push(await backend.ask({ type: 'watch', ms: periodMs * WINDOW_PERIODS }))
    }
  }
  const sets = profiled.backend.profileSets().slice(before)
  if (sets.length < windows) throw new Error(`only ${sets.length} periods ended in ${windows} windows`)
  return { heaps, sets, warnings: profiled.backend.warnings, without, profiled }
}
