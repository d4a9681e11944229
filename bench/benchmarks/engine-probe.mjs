// @ts-check
import { installPublishedEngine } from '../../e2e/published-engine/install.mjs'
import { endChild } from '../support/children.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { BenchEngine, ProbeLink } from '../support/published-engine.mjs'
import { bootstrapRange, median, quantile } from '../support/statistics.mjs'

const NODES = 1_000
const FULL = { turns: 15, starts: 7, waits: 5, waitSeconds: 10 }
const SHORT = { turns: 3, starts: 2, waits: 1, waitSeconds: 3 }
const TARGETS = { throughput: 0.985, samplerShare: 0.005, startMs: 150, delayMs: 50 }

/**
 * Measures what the probe costs Studio's engine: trivial nodes, which are its worst case, a job that only waits, and the
 * engine's start; and how late what it says is heard.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function engineProbe({ short }) {
  const installed = await installPublishedEngine()
  if (!installed.ok) throw new Error(`the published engine ${installed.reason}`)
  const plan = short ? SHORT : FULL
  const sides = [null, await ProbeLink.start({ profiles: false }), await ProbeLink.start({ profiles: true })]
  const starts = await startInTurns(installed, sides, plan.starts)
  const engines = await Promise.all(sides.map((link) => BenchEngine.start(installed, link)))
  const nodes = await inTurns(engines, plan.turns, (engine) => engine.run(NODES))
  const delays = await sides[1]?.delays()
  const waits = await inTurns(engines, plan.waits, (engine) => engine.wait(plan.waitSeconds))
  for (const child of [...engines, ...sides].flatMap((one) => one?.child ?? [])) await endChild(child)
  return {
    baseline: 'without the probe',
    measured: 'with the probe',
    rows: [
      ...['20', '100'].flatMap((looks, at) => {
        const [without = [], with_ = []] = [nodes[0], nodes[at + 1]]
        const named = `${NODES.toLocaleString('en')} trivial nodes, ${looks} looks a second`
        return [
          throughput(
            `${named}: the clock`,
            without.map(({ ms }) => ms),
            with_.map(({ ms }) => ms),
          ),
          throughput(
            `${named}: CPU`,
            without.map(({ cpuMs }) => cpuMs),
            with_.map(({ cpuMs }) => cpuMs),
          ),
          share(`a job that waits, ${looks} looks a second`, waits[0] ?? [], waits[at + 1] ?? [], looks),
        ]
      }),
      added('start until the API answers', starts[0] ?? [], starts[1] ?? []),
    ],
    notes: [
      `messages were heard ${describe(delays ?? [])} after they were said; target 95 % within ${TARGETS.delayMs} ms`,
      `${plan.turns} turns, the order changes with each; the throughput is the ratio upside down: 1 / ratio`,
    ],
  }
}

/** @template Result @param {BenchEngine[]} engines @param {number} turns @param {(engine: BenchEngine) => Promise<Result>} run */
async function inTurns(engines, turns, run) {
  /** @type {Result[][]} */
  const results = engines.map(() => [])
  // In the first turn code is imported, and caches are filled.
  for (let turn = -1; turn < turns; turn++) {
    for (const at of order(engines.length, turn)) {
      const engine = engines[at]
      if (!engine) continue
      const result = await run(engine)
      if (turn >= 0) results[at]?.push(result)
    }
  }
  return results
}

/** @param {Parameters<typeof BenchEngine.start>[0]} installed @param {(ProbeLink | null)[]} sides @param {number} turns */
async function startInTurns(installed, sides, turns) {
  /** @type {number[][]} */
  const times = sides.map(() => [])
  for (let turn = -1; turn < turns; turn++) {
    for (const at of order(2, turn)) {
      const engine = await BenchEngine.start(installed, sides[at] ?? null)
      await engine.end()
      if (turn >= 0) times[at]?.push(engine.startMs)
    }
  }
  return times
}

/** Each first in its turn. @param {number} count @param {number} turn */
const order = (count, turn) => Array.from({ length: count }, (_, at) => (at + turn + count) % count)

/** @param {string} what @param {number[]} without @param {number[]} with_ @returns {import('../support/outcome.mjs').Row} */
function throughput(what, without, with_) {
  const { low, high } = range(without.map((ms, at) => ms / (with_[at] ?? Number.NaN)))
  const verdict = low >= TARGETS.throughput ? 'met' : high < TARGETS.throughput ? 'NOT met' : 'not decided'
  const text = `throughput ${low.toFixed(3)}-${high.toFixed(3)}, >= ${TARGETS.throughput}`
  return { ...pairedRow(what, 'ms', without, with_), target: { text, verdict } }
}

/**
 * @param {string} what @param {{ ms: number, cpuMs: number }[]} without @param {{ ms: number, cpuMs: number }[]} with_
 * @param {string} looks only 20 a second have a target
 * @returns {import('../support/outcome.mjs').Row}
 */
function share(what, without, with_, looks) {
  const percents = (/** @type {{ ms: number, cpuMs: number }[]} */ side) =>
    side.map(({ ms, cpuMs }) => (100 * cpuMs) / ms)
  const more = percents(with_).map((percent, at) => (percent - (percents(without)[at] ?? 0)) / 100)
  const value = median(more)
  const isHeld = looks === '20'
  const verdict = !isHeld ? null : value <= TARGETS.samplerShare ? 'met' : 'NOT met'
  const text = `+${(100 * value).toFixed(2)} % of a core${isHeld ? `, <= ${100 * TARGETS.samplerShare}` : ''}`
  return {
    ...pairedRow(what, '% of a core', percents(without), percents(with_)),
    ratio: null,
    target: { text, verdict },
  }
}

/** @param {string} what @param {number[]} without @param {number[]} with_ @returns {import('../support/outcome.mjs').Row} */
function added(what, without, with_) {
  const { low, high } = range(with_.map((ms, at) => ms - (without[at] ?? Number.NaN)))
  const verdict = high <= TARGETS.startMs ? 'met' : low > TARGETS.startMs ? 'NOT met' : 'not decided'
  const text = `+${low.toFixed(0)}-${high.toFixed(0)} ms, <= ${TARGETS.startMs}`
  return { ...pairedRow(what, 'ms', without, with_), target: { text, verdict } }
}

/** The interval in which the median lies with 90 %. @param {number[]} values */
const range = (values) =>
  bootstrapRange((draw) => median(draw.map((at) => values[at] ?? Number.NaN)), values.length)

/** @param {number[]} delays */
function describe(delays) {
  if (delays.length === 0) return 'never'
  const [half, most, all] = [0.5, 0.95, 1].map((part) => quantile(delays, part).toFixed(0))
  return `${half} ms (half of ${delays.length}), ${most} ms (95 %), ${all} ms (all)`
}
