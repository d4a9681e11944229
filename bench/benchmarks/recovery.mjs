// @ts-check
import { existsSync, readFileSync } from 'node:fs'
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

/**
 * Kills the backend's `n`th start.
 * @param {() => string} output @param {number} n
 * @param {() => Promise<unknown>} settled what is waited for before
 */
async function killAndWait(output, n, settled = () => sleep(SETTLE_MS)) {
  const { pid } = await start(output, n)
  await settled()
  const killedAt = performance.timeOrigin + performance.now()
  process.kill(pid, 'SIGKILL')
  const { born, ready } = await start(output, n + 1)
  return { forkedMs: born - killedAt, readyMs: ready - killedAt }
}

/** Waits for the app's spare process. @param {string} folder its user data */
async function spareWaits(folder) {
  const file = path.join(folder, 'studio-monitor/status.json')
  for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await sleep(50)) {
    const status = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
    if (status?.standby?.pid) return sleep(SETTLE_MS)
  }
  throw new Error('the app has made no spare process')
}

/**
 * Measures under a new app each time: only its first restart is immediate.
 * @param {import('../support/outcome.mjs').Context} context
 * @param {boolean} hasStandby whether a spare process waits
 */
async function underTheApp({ electron }, hasStandby) {
  const folder = await temporaryFolder()
  const app = startChild(electron.executable, electronArguments(electron, [`--user-data-dir=${folder}`]), {
    env: {
      ...appEnvironment(process.env),
      STUDIO_BACKEND_ENTRY: BACKEND,
      DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
      STUDIO_STANDBY: String(hasStandby),
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
    return await killAndWait(() => output, 0, hasStandby ? () => spareWaits(folder) : undefined)
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
  const { bare, app, standby } = await Host.with(context.electron, (host) => killInTurn(host, times, context))
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
      pairedRow(
        'the same with STUDIO_STANDBY=true',
        'ms',
        bare.map(({ readyMs }) => readyMs),
        standby.map(({ readyMs }) => readyMs),
      ),
    ],
    notes: [
      'under the app with its default settings: tracer, profiler, and a record of the death',
      'with STUDIO_STANDBY=true the new process is there before the death',
    ],
  }
}

/** @param {Host} host @param {number} times @param {import('../support/outcome.mjs').Context} context */
async function killInTurn(host, times, context) {
  host.bare(BACKEND, { deaths: times })
  /** @type {{ forkedMs: number, readyMs: number }[]} */
  const bare = []
  /** @type {{ forkedMs: number, readyMs: number }[]} */
  const app = []
  /** @type {{ forkedMs: number, readyMs: number }[]} */
  const standby = []
  for (let time = 0; time < times; time++) {
    bare.push(await killAndWait(() => host.stdout, time))
    app.push(await underTheApp(context, false))
    standby.push(await underTheApp(context, true))
  }
  return { bare, app, standby }
}
