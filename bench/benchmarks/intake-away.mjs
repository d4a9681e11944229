// @ts-check
import path from 'node:path'
import { Host } from '../support/host.mjs'
import { BenchIntake } from '../support/intake.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { bundleProgram } from '../support/typescript.mjs'

const MIB = 2 ** 20
const MOST_MEMORY_MIB = 20
const MOST_DISK_MIB = 10
const MOST_BYTES_PER_SECOND = 1_000_000

/** The load: as many spans as 1,000 a second make in ten minutes, in two fifths of the time. */
const FULL = { seconds: 240, spansPerSecond: 2_500 }
const SHORT = { seconds: 15, spansPerSecond: 1_000 }
const CONDITIONS = /** @type {const} */ (['away', 'hangs', 'HTTP 503'])

/**
 * One run of the load.
 * @typedef {{ spans: number, cpuMs: number, diskBytes: number, rss: number, arrived: Arrival }} Run
 * @typedef {{ count: number, isOnce: boolean, stepsBack: number, hasNewest: boolean, bytesPerSecond: number }} Arrival once the intake was well again
 */

/**
 * Measures what spans without an Agent cost while Datadog does not take them, against an intake that does; and what
 * comes when it takes them again.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function intakeAway({ electron, short }) {
  const runs = await Host.with(electron, (host) => measure(host, short ? SHORT : FULL))
  const [well, ...others] = runs
  if (!well) throw new Error('nothing was measured')
  const rows = others.flatMap((run, index) => {
    const more = (run.rss - well.rss) / MIB
    const disk = run.diskBytes / MIB
    const what = CONDITIONS[index]
    return [
      row(
        `resident memory, intake: ${what}`,
        [well.rss / MIB, run.rss / MIB],
        `${more.toFixed(1)} MiB more, <= ${MOST_MEMORY_MIB}`,
        more <= MOST_MEMORY_MIB,
      ),
      row(
        `most on disk, intake: ${what}`,
        [well.diskBytes / MIB, disk],
        `<= ${MOST_DISK_MIB} MiB`,
        disk <= MOST_DISK_MIB,
      ),
    ]
  })
  return {
    baseline: 'intake takes them',
    measured: 'does not',
    rows,
    notes: others.map(
      ({ spans, arrived: { count, isOnce, stepsBack, hasNewest, bytesPerSecond } }, index) =>
        `${CONDITIONS[index]}: of ${spans} spans ${count} came once it was well, ${isOnce ? 'each once' : 'NOT each once'}, oldest first${stepsBack === 0 ? '' : ` but for ${stepsBack}, which failed while it came back`}, ${hasNewest ? 'to the newest' : 'WITHOUT the newest'}, at ${Math.round(bytesPerSecond / 1_000)} kB/s (${bytesPerSecond <= MOST_BYTES_PER_SECOND ? 'met' : 'NOT met'}: <= 1,000)`,
    ),
  }
}

/**
 * @param {string} what
 * @param {[number, number]} mib with an intake that takes them, and with one that does not
 * @param {string} text
 * @param {boolean} isMet
 * @returns {import('../support/outcome.mjs').Row}
 */
const row = (what, [well, not], text, isMet) => ({
  ...pairedRow(what, 'MiB', [well], [not]),
  ratio: null,
  target: { text, verdict: isMet ? 'met' : 'NOT met' },
})

/** @param {Host} host @param {typeof FULL} plan @returns {Promise<Run[]>} the intake that is well first */
async function measure(host, plan) {
  const program = path.join(host.folder, 'unsent-spans.cjs')
  await bundleProgram('bench/backends/unsent-spans.mjs', program)
  const intakes = await Promise.all(
    ['well', ...CONDITIONS].map((one) => BenchIntake.start(/** @type {any} */ (one))),
  )
  try {
    return await Promise.all(intakes.map((intake, index) => runOne(host, program, intake, index, plan)))
  } finally {
    for (const intake of intakes) intake.stop()
  }
}

/**
 * @param {Host} host @param {string} program @param {BenchIntake} intake @param {number} index @param {typeof FULL} plan
 * @returns {Promise<Run>}
 */
async function runOne(host, program, intake, index, plan) {
  const backend = host.bare(program, { execArgv: ['--js-flags=--expose-gc'] })
  await backend.ready
  await backend.ask({ type: 'open', url: intake.url, folder: path.join(host.folder, `unsent-${index}`) })
  const ran = await backend.ask({ type: 'run', ...plan })
  const rss = await backend.ask({ type: 'memory' })
  await intake.recover()
  await backend.ask({ type: 'emptied' })
  return { ...ran, rss, arrived: arrival(intake, ran.spans) }
}

/** @param {BenchIntake} intake @param {number} spans @returns {Arrival} */
function arrival({ numbers, taken }, spans) {
  const isOnce = new Set(numbers).size === numbers.length
  const stepsBack = numbers.filter((number, index) => number < (numbers[index - 1] ?? 0)).length
  const [first, last] = [taken[0], taken.at(-1)]
  // Each request is followed by the pause that its size asks for: the last one's is not seen.
  const bytes = taken.slice(0, -1).reduce((sum, request) => sum + request.bytes, 0)
  const seconds = first && last ? (last.at - first.at) / 1_000 : 0
  const bytesPerSecond = seconds > 0 ? bytes / seconds : 0
  const hasNewest = numbers.includes(spans - 1)
  return { count: numbers.length, isOnce, stepsBack, hasNewest, bytesPerSecond }
}
