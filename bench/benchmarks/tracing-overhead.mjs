// @ts-check
import http from 'node:http'
import path from 'node:path'
import { Host } from '../support/host.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/requests.cjs')
const AT_ONCE = 50

/**
 * Measures an HTTP request that a backend makes to itself: two spans, client and server, for almost no work.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function tracingOverhead({ electron, short }) {
  const agent = http.createServer((request, response) => request.resume().on('end', () => response.end('{}')))
  await new Promise((resolve) => agent.listen(0, '127.0.0.1', () => resolve(null)))
  const address = agent.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  try {
    const { untraced, traced } = await Host.with(electron, (host) => inTurns(host, url, short ? 10 : 60))
    return {
      baseline: 'not traced',
      measured: 'traced',
      rows: [pairedRow('a request, both ends in the backend', 'ms', untraced, traced)],
      notes: [`turns of ${AT_ONCE} requests; two spans each; an Agent that takes everything at once`],
    }
  } finally {
    agent.closeAllConnections()
    agent.close()
  }
}

/** @param {Host} host @param {string} agent @param {number} turns */
async function inTurns(host, agent, turns) {
  const sides = [
    host.bootstrapped(BACKEND, { profilingPeriodMs: null }),
    host.bootstrapped(BACKEND, { profilingPeriodMs: null, agent }),
  ]
  await Promise.all(sides.map(({ ready }) => ready))
  /** @type {number[][]} */
  const times = [[], []]
  // During the first turns code is compiled.
  for (let turn = -5; turn < turns; turn++) {
    for (const [side, backend] of sides.entries()) {
      const ms = await backend.ask({ count: AT_ONCE })
      if (turn >= 0) times[side]?.push(ms)
    }
  }
  return { untraced: times[0] ?? [], traced: times[1] ?? [] }
}
