// @ts-check
import path from 'node:path'
import { startAgent } from '../support/agents.mjs'
import { Host } from '../support/host.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/spans.cjs')
const MIB = 2 ** 20
const MOST_MIB = 20

/** The load: as many spans as 1,000 a second make in ten minutes, in a fifth of the time. */
const FULL = { seconds: 120, spansPerSecond: 5_000 }
const SHORT = { seconds: 15, spansPerSecond: 5_000 }
const CONDITIONS = /** @type {const} */ (['away', 'hangs', 'HTTP 503', 'garbage'])

/** @typedef {{ rss: number, cpuMs: number, spans: number }} Cost */

/**
 * Measures what a traced backend costs while the Agent does not accept its spans, against one whose Agent
 * does.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function agentAway({ electron, short }) {
  const plan = short ? SHORT : FULL
  const costs = await Host.with(electron, (host) => measure(host, plan))
  const [well, ...others] = costs
  if (!well) throw new Error('nothing was measured')
  const memory = CONDITIONS.map((condition, index) => {
    const cost = others[index] ?? well
    const more = (cost.rss - well.rss) / MIB
    /** @type {import('../support/outcome.mjs').Target} */
    const target = {
      text: `${more.toFixed(1)} MiB more, <= ${MOST_MIB}`,
      verdict: more <= MOST_MIB ? 'met' : 'NOT met',
    }
    return {
      ...pairedRow(`resident memory, Agent: ${condition}`, 'MiB', [well.rss / MIB], [cost.rss / MIB]),
      target,
    }
  })
  const perSpan = (/** @type {Cost} */ { cpuMs, spans }) => (cpuMs * 1_000) / spans
  const cpu = CONDITIONS.map((condition, index) =>
    pairedRow(`CPU for a span, Agent: ${condition}`, 'µs', [perSpan(well)], [perSpan(others[index] ?? well)]),
  )
  return {
    baseline: 'Agent is well',
    measured: 'is not',
    rows: [...memory, ...cpu],
    notes: [
      `${plan.spansPerSecond} spans a second for ${plan.seconds} s in each of ${costs.length} backends at once: ${costs.map(({ spans }) => spans).join(', ')} spans`,
    ],
  }
}

/** @param {Host} host @param {typeof FULL} plan @returns {Promise<Cost[]>} working Agent first */
async function measure(host, plan) {
  const agents = await Promise.all([startAgent('well'), ...CONDITIONS.map(startAgent)])
  const backends = agents.map(({ url }) => host.traced(BACKEND, url))
  try {
    await Promise.all(backends.map(({ ready }) => ready))
    const runs = await Promise.all(backends.map((backend) => backend.ask({ type: 'run', ...plan })))
    const memory = await Promise.all(backends.map((backend) => backend.ask({ type: 'memory' })))
    return runs.map((run, index) => ({ ...run, rss: memory[index] }))
  } finally {
    for (const agent of agents) agent.stop()
  }
}
