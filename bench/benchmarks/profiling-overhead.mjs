// @ts-check
import path from 'node:path'
import { Host } from '../support/host.mjs'
import { bootstrapRange, mean, median, quantile, summary } from '../support/statistics.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/worker.cjs')
const SLICE_MS = 100
/** Until the code is optimised and the backend's objects have reached their number. */
const WARM_UP_UNITS = 450
/** On a machine that changes its speed the fast slices are those that nothing disturbed. */
const FAST = 0.9
const LEAST_RATIO = 0.99

const FULL = { pairs: 4, turns: 70, periodMs: 10_000, switched: 2, switches: 60 }
const SHORT = { pairs: 2, turns: 15, periodMs: 2_000, switched: 1, switches: 15 }
/** No period ends while sampling is switched. */
const NO_PERIOD_MS = 3_600_000
/** What comes right after a switch is not counted: V8 lists all code for a CPU profile. */
const AFTER_SWITCH_MS = 30

/** @typedef {{ speed: number, cpuSpeed: number | null }} Slice work units in a second, and in a CPU second */
/** Process by process, turn by turn. @typedef {Slice[][]} Side */

/**
 * How fast a backend computes with and without the profiler: in the same process, its sampling switched on and off; and
 * in processes of their own, which all live at once and take turns, a slice each.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function profilingOverhead({ electron, short }) {
  const plan = short ? SHORT : FULL
  const { sets, warnings, profiled, unprofiled } = await Host.with(electron, (host) => takeTurns(host, plan))
  const half = plan.pairs / 2
  const { on, off } = await Host.with(electron, (host) => switchSampling(host, plan))
  const main = compare('sampling on and off in one process, 90th percentile', off, on, fast)
  const hasCpu = unprofiled[0]?.[0]?.cpuSpeed !== null
  return {
    baseline: 'without profiler',
    measured: 'with',
    rows: [
      { ...main, target: { text: `>= ${LEAST_RATIO}`, verdict: verdictOn(main.ratio) } },
      ...(hasCpu ? [compare('the same per CPU second, median', off, on, perCpu)] : []),
      compare('throughput, 90th percentile of all slices', unprofiled, profiled, fast),
      compare('throughput, mean of all slices', unprofiled, profiled, whole),
      ...(hasCpu
        ? [compare('throughput per CPU second of the main thread, median', unprofiled, profiled, perCpu)]
        : []),
      compare(
        'noise: unprofiled against unprofiled, 90th',
        unprofiled.slice(0, half),
        unprofiled.slice(half),
        fast,
      ),
    ],
    notes: [
      `sampling switched ${plan.switches} times on and off in each of ${plan.switched} processes, slices of ${SLICE_MS} ms`,
      `${plan.pairs} pairs of processes in turn, ${plan.turns} slices of ${SLICE_MS} ms each; a period of ${plan.periodMs / 1_000} s; sets of profiles in each process: ${sets.join(', ')}`,
      'figures: median and range of the processes; ratio: all slices of a side together, and where it lies with 90 %',
      ...new Set(warnings),
    ],
  }
}

/** @param {Host} host @param {typeof FULL} plan @returns {Promise<{ on: Side, off: Side }>} */
async function switchSampling(host, { switched, switches }) {
  const processes = Array.from({ length: switched }, () => ({
    backend: host.bootstrapped(BACKEND, { profilingPeriodMs: NO_PERIOD_MS }),
    on: /** @type {Slice[]} */ ([]),
    off: /** @type {Slice[]} */ ([]),
  }))
  for (const { backend } of processes) {
    await backend.ready
    await backend.ask({ type: 'units', count: WARM_UP_UNITS })
  }
  for (let turn = 0; turn < switches; turn++) {
    for (const { backend, on, off } of processes) {
      // Whichever comes second is first the next time.
      for (const isOn of turn % 2 === 0 ? [true, false] : [false, true]) {
        await backend.ask({ type: 'sampling', on: isOn })
        await backend.ask({ type: 'slice', ms: AFTER_SWITCH_MS })
        const slices = isOn ? on : off
        slices.push(await backend.ask({ type: 'slice', ms: SLICE_MS }))
      }
    }
  }
  return { on: processes.map(({ on }) => on), off: processes.map(({ off }) => off) }
}

/** @param {Host} host @param {typeof FULL} plan */
async function takeTurns(host, { pairs, turns, periodMs }) {
  const processes = Array.from({ length: 2 * pairs }, (_, index) => {
    const isProfiled = index % 2 === 1
    const backend = host.bootstrapped(BACKEND, { profilingPeriodMs: isProfiled ? periodMs : null })
    return { backend, isProfiled, slices: /** @type {Slice[]} */ ([]) }
  })
  for (const { backend } of processes) {
    await backend.ready
    await backend.ask({ type: 'units', count: WARM_UP_UNITS })
  }
  for (let turn = 0; turn < turns; turn++) {
    // Whoever comes second is first the next time.
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

/** @param {Slice[]} slices */
const fast = (slices) =>
  quantile(
    slices.map(({ speed }) => speed),
    FAST,
  )
/** @param {Slice[]} slices */
const whole = (slices) => mean(slices.map(({ speed }) => speed))
/** @param {Slice[]} slices */
const perCpu = (slices) => median(slices.map(({ cpuSpeed }) => cpuSpeed ?? Number.NaN))

/** @param {import('../support/outcome.mjs').Ratio} ratio */
function verdictOn({ low, high }) {
  if (low >= LEAST_RATIO) return /** @type {const} */ ('met')
  return high < LEAST_RATIO ? /** @type {const} */ ('NOT met') : /** @type {const} */ ('not decided')
}

/**
 * @param {string} what
 * @param {Side} baseline
 * @param {Side} measured
 * @param {(slices: Slice[]) => number} figure
 */
function compare(what, baseline, measured, figure) {
  const turns = baseline[0]?.length ?? 0
  const of = (/** @type {Side} */ side, /** @type {readonly number[]} */ draw) =>
    figure(side.flatMap((slices) => draw.flatMap((turn) => slices[turn] ?? [])))
  const ratioOf = (/** @type {readonly number[]} */ draw) => of(measured, draw) / of(baseline, draw)
  const every = Array.from({ length: turns }, (_, turn) => turn)
  return {
    what,
    unit: 'units/s',
    baseline: summary(baseline.map(figure)),
    measured: summary(measured.map(figure)),
    ratio: { value: ratioOf(every), ...bootstrapRange(ratioOf, turns) },
    target: null,
  }
}
