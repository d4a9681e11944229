// @ts-check
import { SLICE_MS, WARM_UP_UNITS } from './slices.mjs'
import { mean } from './statistics.mjs'
import { loadSamplingIntervals } from './typescript.mjs'

/**
 * Factor of the denser sampling: its cost stands out from the machine's noise. Not more: V8's samples would
 * outgrow the processor's caches, and each would cost more than one of the profiler's.
 */
const DENSER = 8
/** Time after a switch that is not counted: V8 lists all code for a CPU profile, and makes new trees. */
const AFTER_SWITCH_MS = 300
const SLICES_AFTER_SWITCH = 3

const OFF = { cpuMicros: null, heapBytes: null }

/** @typedef {import('./slices.mjs').Side} Side */

/**
 * @typedef {object} Switched
 * @property {Side} off
 * @property {Side} on as the profiler samples
 * @property {Side} dense
 * @property {number} denser how many samples of the CPU for one of the profiler's, as counted: V8 does not quite keep so
 *   short an interval; of the heap it are as many as asked for, which is taken for the same
 */

/**
 * Measures V8's sampling in processes without a profiler: off, at the profiler's rate, and denser, in turns.
 * @param {import('./host.mjs').Host} host
 * @param {string} entry the backend
 * @param {{ switched: number, switches: number }} plan processes, and turns in each
 * @returns {Promise<Switched>}
 */
export async function switchSampling(host, entry, { switched, switches }) {
  const { cpuMicros, heapBytes } = await loadSamplingIntervals()
  const kinds = /** @type {const} */ (['off', 'on', 'dense'])
  const intervals = {
    off: OFF,
    on: { cpuMicros, heapBytes },
    dense: { cpuMicros: cpuMicros / DENSER, heapBytes: heapBytes / DENSER },
  }
  const processes = Array.from({ length: switched }, () => ({
    backend: host.bootstrapped(entry, { profilingPeriodMs: null }),
    slices: Object.fromEntries(
      kinds.map((kind) => [kind, /** @type {import('./slices.mjs').Slice[]} */ ([])]),
    ),
    samplesPerSecond: { on: /** @type {number[]} */ ([]), dense: /** @type {number[]} */ ([]) },
  }))
  for (const { backend } of processes) {
    await backend.ready
    await backend.ask({ type: 'units', count: WARM_UP_UNITS })
  }
  for (let turn = 0; turn < switches; turn++) {
    for (const { backend, slices, samplesPerSecond } of processes) {
      // The order alternates, so that each goes first as often.
      for (const kind of turn % 2 === 0 ? kinds : kinds.toReversed()) {
        await backend.ask({ type: 'sampling', intervals: intervals[kind] })
        const startedAt = performance.now()
        await backend.ask({ type: 'slice', ms: AFTER_SWITCH_MS })
        for (let left = SLICES_AFTER_SWITCH; left > 0; left--)
          slices[kind]?.push(await backend.ask({ type: 'slice', ms: SLICE_MS }))
        const seconds = (performance.now() - startedAt) / 1_000
        const samples = await backend.ask({ type: 'sampling', intervals: OFF })
        if (kind !== 'off') samplesPerSecond[kind].push(samples / seconds)
      }
    }
  }
  const side = (/** @type {typeof kinds[number]} */ kind) => processes.map(({ slices }) => slices[kind] ?? [])
  const rate = (/** @type {'on' | 'dense'} */ kind) =>
    mean(processes.flatMap(({ samplesPerSecond }) => samplesPerSecond[kind]))
  return { off: side('off'), on: side('on'), dense: side('dense'), denser: rate('dense') / rate('on') }
}
