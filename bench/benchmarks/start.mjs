// @ts-check
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPackage } from '@electron/asar'
import { makeCodeCache } from '../../scripts/code-cache/make.mjs'
import { appEnvironment, electronArguments } from '../../scripts/electron/launch.mjs'
import { endChild, removeFolder, startChild, temporaryFolder } from '../support/children.mjs'
import { addedRow, heldAgainst } from '../support/outcome.mjs'
import { root } from '../support/typescript.mjs'

const APP = path.join(root, 'bench/start-app')
const DEADLINE_MS = 30_000
const MIB = 2 ** 20

const VARIANTS = /** @type {const} */ (['nothing', 'dd-trace', 'sentry', 'monitor'])
/**
 * The order of the variants, round by round. Each comes after each other once in four (Williams's square): a
 * process that has ended keeps the machine busy for a moment.
 */
const ORDERS = /** @type {const} */ ([
  ['nothing', 'dd-trace', 'monitor', 'sentry'],
  ['dd-trace', 'sentry', 'nothing', 'monitor'],
  ['sentry', 'monitor', 'dd-trace', 'nothing'],
  ['monitor', 'nothing', 'sentry', 'dd-trace'],
])
/** The names in the table; the first is the baseline. */
const NAMES = {
  nothing: '',
  'dd-trace': 'dd-trace as it is',
  sentry: '@sentry/electron',
  monitor: 'the monitor',
}

/** @typedef {typeof VARIANTS[number]} Variant */
/** @typedef {{ readyMs: number, entryMs: number, allMs: number, mainMib: number, backendMib: number }} Start */

/**
 * The figures that the app writes, from its first line on.
 * @param {string} output
 * @returns {Record<string, number>}
 */
const reported = (output) =>
  Object.assign({}, ...[...output.matchAll(/\[bench\] (\{.*\})/g)].map(([, json = '{}']) => JSON.parse(json)))

/**
 * @param {Variant} variant
 * @param {import('../support/outcome.mjs').Context} context
 * @param {string} monitor its bundles
 * @returns {Promise<Start>}
 */
async function startOnce(variant, { electron }, monitor) {
  const folder = await temporaryFolder()
  const args = electronArguments({ ...electron, appArgs: [APP] }, [`--user-data-dir=${folder}`])
  const startedAt = performance.timeOrigin + performance.now()
  const app = startChild(electron.executable, args, {
    env: {
      ...appEnvironment(process.env),
      BENCH_WITH: variant,
      BENCH_MONITOR: monitor,
      STUDIO_BACKEND_ENTRY: path.join(APP, 'backend.cjs'),
      DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  app.stdout?.on('data', (chunk) => {
    output += chunk
  })
  try {
    for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await sleep(20)) {
      const { readyAt, forkedAt, enteredAt, mainRss, backendRss } = reported(output)
      if (!readyAt || !forkedAt || !enteredAt || !mainRss || !backendRss) continue
      const [readyMs, entryMs, allMs] = [readyAt - startedAt, enteredAt - forkedAt, enteredAt - startedAt]
      return { readyMs, entryMs, allMs, mainMib: mainRss / MIB, backendMib: backendRss / MIB }
    }
    throw new Error(`an app with ${variant} did not start:\n${output}`)
  } finally {
    await endChild(app)
    await removeFolder(folder)
  }
}

/**
 * The figures. `most` is the allowed share of what dd-trace alone adds: 40 ms where that were 218, 50 ms
 * where that were 200 (measured on Electron 33).
 * @type {readonly { what: string, unit: string, key: keyof Start, most: number | null }[]}
 */
const FIGURES = [
  { what: 'process start to app ready', unit: 'ms', key: 'readyMs', most: 0.18 },
  { what: 'fork to backend entry', unit: 'ms', key: 'entryMs', most: 0.25 },
  { what: 'process start to backend entry', unit: 'ms', key: 'allMs', most: null },
  { what: 'resident memory of main', unit: 'MiB', key: 'mainMib', most: null },
  { what: 'resident memory of the backend', unit: 'MiB', key: 'backendMib', most: null },
]

/**
 * Measures the start of an app and of its backend, and the memory of both.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function start(context) {
  const dist = path.join(root, 'dist')
  await makeCodeCache(context.electron, dist)
  const folder = await temporaryFolder()
  try {
    // An archive, as it is shipped: its files are read in another way.
    const archive = path.join(folder, 'monitor.asar')
    await createPackage(dist, archive)
    return await compare(context, archive)
  } finally {
    await removeFolder(folder)
  }
}

/**
 * @param {import('../support/outcome.mjs').Context} context
 * @param {string} monitor its bundles
 */
async function compare(context, monitor) {
  /** @type {Record<Variant, Start[]>} */
  const starts = { nothing: [], 'dd-trace': [], sentry: [], monitor: [] }
  // One unmeasured round first: files are read from the disk then.
  for (let round = -1; round < (context.short ? 4 : 12); round++) {
    for (const variant of ORDERS.at(round % ORDERS.length) ?? VARIANTS) {
      const one = await startOnce(variant, context, monitor)
      if (round >= 0) starts[variant].push(one)
    }
  }
  const rows = FIGURES.flatMap(({ what, unit, key, most }) => {
    const of = (/** @type {Variant} */ variant) => starts[variant].map((one) => one[key])
    return VARIANTS.slice(1).map((variant) => {
      const row = addedRow(`${what}, ${NAMES[variant]}`, unit, of('nothing'), of(variant))
      if (variant !== 'monitor' || most === null) return row
      const [baseline, measured, reference] = [of('nothing'), of(variant), of('dd-trace')]
      return heldAgainst(row, { name: NAMES['dd-trace'], baseline, measured, reference, most })
    })
  })
  return {
    baseline: 'the same app, bare',
    measured: 'with it',
    rows,
    notes: ['@sentry/electron does nothing in the backend; the monitor profiles there, too'],
  }
}
