// @ts-check
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCodeCache } from '../../scripts/code-cache/make.mjs'
import { appEnvironment, electronArguments } from '../../scripts/electron/launch.mjs'
import { endChild, removeFolder, startChild, temporaryFolder } from '../support/children.mjs'
import { Host } from '../support/host.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { root } from '../support/typescript.mjs'

const BACKEND = path.join(root, 'bench/backends/server.cjs')
/** Time that a backend lives before it is killed: its start is over by then. */
const SETTLE_MS = 400
const DEADLINE_MS = 15_000

/** @typedef {{ pid: number, born: number, ready: number }} Start times in milliseconds since the epoch */

/** @param {string} output @returns {Start[]} */
const startsIn = (output) =>
  [...output.matchAll(/\[bench\] (\{.*\})/g)].map(([, json = '']) => JSON.parse(json))

/** @param {() => string} output @param {number} n from 0 @returns {Promise<Start>} the backend's `n`th start */
async function start(output, n) {
  for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await sleep(20)) {
    const found = startsIn(output())[n]
    if (found) return found
  }
  throw new Error(`the backend did not start for the ${n + 1}. time:\n${output()}`)
}

/** Kills the backend's `n`th start. @param {() => string} output @param {number} n */
async function killAndWait(output, n) {
  const { pid } = await start(output, n)
  await sleep(SETTLE_MS)
  const killedAt = performance.timeOrigin + performance.now()
  process.kill(pid, 'SIGKILL')
  const { born, ready } = await start(output, n + 1)
  return { forkedMs: born - killedAt, readyMs: ready - killedAt }
}

/**
 * Measures under a new app each time: only its first restart is immediate.
 * @param {import('../support/outcome.mjs').Context} context
 */
async function underTheApp({ electron }) {
  const folder = await temporaryFolder()
  const app = startChild(electron.executable, electronArguments(electron, [`--user-data-dir=${folder}`]), {
    env: {
      ...appEnvironment(process.env),
      STUDIO_BACKEND_ENTRY: BACKEND,
      DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [app.stdout, app.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  try {
    return await killAndWait(() => output, 0)
  } finally {
    await endChild(app)
    await removeFolder(folder)
  }
}

/**
 * Measures the time from a backend's death by SIGKILL to the next one, under the app and under an Electron
 * that only forks again.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function recovery(context) {
  const times = context.short ? 2 : 9
  // As an installed app has them.
  await makeCodeCache(context.electron, path.join(root, 'dist'))
  const { bare, app } = await Host.with(context.electron, (host) => killInTurn(host, times, context))
  return {
    baseline: 'bare fork',
    measured: 'under the app',
    rows: [
      pairedRow(
        'death to the new process',
        'ms',
        bare.map(({ forkedMs }) => forkedMs),
        app.map(({ forkedMs }) => forkedMs),
      ),
      pairedRow(
        'death to the backend ready',
        'ms',
        bare.map(({ readyMs }) => readyMs),
        app.map(({ readyMs }) => readyMs),
      ),
    ],
    notes: ['under the app with its default settings: tracer, profiler, and a record of the death'],
  }
}

/** @param {Host} host @param {number} times @param {import('../support/outcome.mjs').Context} context */
async function killInTurn(host, times, context) {
  host.bare(BACKEND, { deaths: times })
  /** @type {{ forkedMs: number, readyMs: number }[]} */
  const bare = []
  /** @type {{ forkedMs: number, readyMs: number }[]} */
  const app = []
  for (let time = 0; time < times; time++) {
    bare.push(await killAndWait(() => host.stdout, time))
    app.push(await underTheApp(context))
  }
  return { bare, app }
}
