// @ts-check
import path from 'node:path'
import { Host } from '../support/host.mjs'
import {
  compare,
  fast,
  hasCpu,
  perCpu,
  ratioOf,
  SLICE_MS,
  WARM_UP_UNITS,
  whole,
  withRange,
} from '../support/slices.mjs'
import { summary } from '../support/statistics.mjs'
import { switchSampling } from '../support/switched-sampling.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/worker.cjs')
const LEAST_RATIO = 0.99

const FULL = { pairs: 4, turns: 70, periodMs: 10_000, switched: 2, switches: 40 }
const SHORT = { pairs: 2, turns: 15, periodMs: 2_000, switched: 1, switches: 5 }

/**
 * Measures how fast a backend computes with and without the profiler: V8's sampling switched on and off in
 * the same process; and with all of the profiler in processes of their own, which all live at once and take
 * turns, a slice each.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function profilingOverhead({ electron, short }) {
  const plan = short ? SHORT : FULL
  const { sets, warnings, profiled, unprofiled } = await Host.with(electron, (host) => takeTurns(host, plan))
  const switched = await Host.with(electron, (host) => switchSampling(host, BACKEND, plan))
  const { off, on, dense, denser } = switched
  const sampled = sampledAsWeDo(switched)
  const half = plan.pairs / 2
  const isCpuKnown = hasCpu(unprofiled)
  return {
    baseline: 'without profiler',
    measured: 'with',
    rows: [
      { ...sampled, target: { text: `>= ${LEAST_RATIO}`, verdict: verdictOn(sampled.ratio) } },
      compare(`samples ${denser.toFixed(1)} times as densely, 90th percentile`, off, dense, fast),
      compare('as the profiler samples, 90th percentile', off, on, fast),
      ...(isCpuKnown ? [compare('the same per CPU second, median', off, on, perCpu)] : []),
      compare('all of the profiler, 90th percentile', unprofiled, profiled, fast),
      compare('the same, mean', unprofiled, profiled, whole),
      ...(isCpuKnown
        ? [compare('the same per CPU second of the main thread, median', unprofiled, profiled, perCpu)]
        : []),
      compare(
        'noise: unprofiled against unprofiled, 90th',
        unprofiled.slice(0, half),
        unprofiled.slice(half),
        fast,
      ),
    ],
    notes: [
      `sampling switched ${plan.switches} times in each of ${plan.switched} processes, slices of ${SLICE_MS} ms`,
      `${plan.pairs} pairs of processes in turn, ${plan.turns} slices of ${SLICE_MS} ms each; a period of ${plan.periodMs / 1_000} s; sets of profiles in each process: ${sets.join(', ')}`,
      'figures: median and range of the processes; ratio: all slices of a side together, and where it lies with 90 %',
      ...new Set(warnings),
    ],
  }
}

/**
 * The cost of sampling at the profiler's rate, computed from many samples.
 * @param {import('../support/switched-sampling.mjs').Switched} switched
 */
function sampledAsWeDo({ off, dense, denser }) {
  const ratioIn = (/** @type {number} */ first, /** @type {number} */ end) => {
    const ratio = ratioOf(off.slice(first, end), dense.slice(first, end), fast)
    return (/** @type {readonly number[]} */ draw) => 1 / (1 + (1 / ratio(draw) - 1) / denser)
  }
  const turns = off[0]?.length ?? 0
  const every = Array.from({ length: turns }, (_, turn) => turn)
  return {
    what: 'sampling, 90th percentile, from the next row',
    unit: 'units/s',
    baseline: summary(off.map(fast)),
    measured: summary(off.map((slices, index) => fast(slices) * ratioIn(index, index + 1)(every))),
    ratio: withRange(ratioIn(0, off.length), turns),
  }
}

/** @param {Host} host @param {typeof FULL} plan */
async function takeTurns(host, { pairs, turns, periodMs }) {
  const processes = Array.from({ length: 2 * pairs }, (_, index) => {
    const isProfiled = index % 2 === 1
    const backend = host.bootstrapped(BACKEND, { profilingPeriodMs: isProfiled ? periodMs : null })
    return { backend, isProfiled, slices: /** @type {import('../support/slices.mjs').Slice[]} */ ([]) }
  })
  for (const { backend } of processes) {
    await backend.ready
    await backend.ask({ type: 'units', count: WARM_UP_UNITS })
  }
  for (let turn = 0; turn < turns; turn++) {
    // The order alternates, so that each goes first as often.
    for (const { backend, slices } of turn % 2 === 0 ? processes : processes.toReversed()) {
      slices.push(await backend.ask({ type: 'slice', ms: SLICE_MS }))
    }
  }
  const side = (/** @type {boolean} */ isWanted) =>
    processes.filter(({ isProfiled }) => isProfiled === isWanted)
  const sets = side(true).map(({ backend }) => backend.profileSets().length)
  if (sets.some((count) => count === 0)) throw new Error('a backend that was to be profiled wrote no profile')
  return {
    sets,
    warnings: side(true).flatMap(({ backend }) => backend.warnings),
    profiled: side(true).map(({ slices }) => slices),
    unprofiled: side(false).map(({ slices }) => slices),
  }
}

/** @param {import('../support/outcome.mjs').Ratio} ratio */
function verdictOn({ low, high }) {
  if (low >= LEAST_RATIO) return /** @type {const} */ ('met')
  return high < LEAST_RATIO ? /** @type {const} */ ('NOT met') : /** @type {const} */ ('not decided')
}
