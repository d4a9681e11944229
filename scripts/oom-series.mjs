#!/usr/bin/env node
// @ts-check
// `npm run oom-series -- N`: N real out-of-memory deaths of the heap, and whether each left profiles from
// just before.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { argumentsOr, say } from './arguments.mjs'
import { bundle } from './build.mjs'
import { appEnvironment, electronArguments } from './electron/launch.mjs'
import { resolveElectron } from './electron/resolve.mjs'

/** Share of the limit from which the last heap profile counts. */
const NEAR = 0.85
const LIMITS_MIB = [64, 96, 128, 192, 256, 384, 512]
/**
 * Leaking programs that do not die in the intended way, and why; the e2e tests have them
 * (`e2e/leaks.spec.ts`).
 */
const LEFT_OUT = {
  doubling: 'its last step is greater than all that is left: there is no heap of 85 % to be profiled',
  buffers: "dies of its memory limit, outside V8's heap",
  child: 'dies of its memory limit, in another process',
}
const AT_A_TIME = 2
const DEADLINE_MS = 180_000

const root = fileURLToPath(new URL('..', import.meta.url))
const programs = path.join(root, 'e2e/backends/leaks')

/** @typedef {{ program: string, culprit: string, limitMiB: number }} Plan */
/**
 * @typedef {object} Outcome
 * @property {string} cause
 * @property {number | null} share of the limit that was in use when the heap profile was taken; `null` without one
 * @property {string | null} first of the allocators
 * @property {number | null} firstShare of what was sampled
 * @property {boolean} cpu whether a CPU profile was kept
 * @property {number} seconds from the start of the backend
 */

/** @param {number} count @returns {Promise<Plan[]>} every program in turn, and with each turn another limit */
async function plans(count) {
  /** @type {Record<string, string>} */
  const culprits = JSON.parse(await readFile(path.join(programs, 'culprits.json'), 'utf8'))
  const names = Object.keys(culprits)
  return Array.from({ length: count }, (_, index) => {
    const program = names[index % names.length] ?? ''
    const turn = Math.floor(index / names.length)
    const limitMiB = LIMITS_MIB[(index + turn) % LIMITS_MIB.length] ?? 64
    return { program, culprit: culprits[program] ?? '', limitMiB }
  })
}

/** @param {string} folder @returns {Promise<Record<string, any>[]>} the JSON files in it whose names begin so */
async function readAll(folder, prefix = '') {
  const names = await readdir(folder).catch(() => /** @type {string[]} */ ([]))
  const wanted = names.filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
  return Promise.all(wanted.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8'))))
}

/**
 * Starts the app, and waits until its backend has died.
 * @param {import('./electron/resolve.mjs').ResolvedElectron} electron
 * @param {Plan} plan
 * @returns {Promise<Outcome>}
 */
async function die(electron, { program, limitMiB }) {
  const userData = await mkdtemp(path.join(os.tmpdir(), 'studio-oom-series-'))
  const app = spawn(electron.executable, electronArguments(electron, [`--user-data-dir=${userData}`]), {
    stdio: 'ignore',
    env: {
      ...appEnvironment(process.env),
      // Without an Agent: uploaded profiles would be deleted.
      DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
      STUDIO_BACKEND_ENTRY: path.join(programs, `${program}.cjs`),
      STUDIO_HEAP_LIMIT: `${limitMiB}MiB`,
      STUDIO_RESTART: 'never',
    },
  })
  const ended = once(app, 'exit')
  try {
    return await outcome(path.join(userData, 'studio-monitor'))
  } finally {
    app.kill('SIGTERM')
    await ended
    await rm(userData, { recursive: true, force: true })
  }
}

/** @param {string} dataFolder @returns {Promise<Outcome>} */
async function outcome(dataFolder) {
  const deadline = performance.now() + DEADLINE_MS
  let incident = null
  while (incident === null) {
    if (performance.now() > deadline) throw new Error(`no incident after ${DEADLINE_MS / 1_000} s`)
    await sleep(100)
    // On a slow machine a loop may look unresponsive: that is an incident too, but no death.
    const found = await readAll(path.join(dataFolder, 'incidents'))
    incident = found.find(({ cause }) => cause !== 'unresponsive') ?? null
  }
  const { cause, profiles, topAllocators, uptimeMs } = incident
  const id = profiles.heap?.replace('-space.pprof', '')
  const [set] = id === undefined ? [] : await readAll(path.join(dataFolder, 'profiles'), id)
  return {
    cause,
    share: set ? set.heap.usedBytes / set.heap.limitBytes : null,
    first: topAllocators[0]?.function ?? null,
    firstShare: topAllocators[0]?.share ?? null,
    cpu: profiles.cpu !== null,
    seconds: uptimeMs / 1_000,
  }
}

/** @param {Plan} plan @param {Outcome} outcome @returns {string[]} */
function faults({ culprit }, { cause, share, first, cpu }) {
  return [
    ...(cause === 'heap-out-of-memory' ? [] : [`the cause is ${cause}`]),
    ...(share === null ? ['no heap profile'] : share < NEAR ? ['the heap profile is too early'] : []),
    ...(first === culprit ? [] : [`${culprit} is not the first allocator`]),
    ...(cpu ? [] : ['no CPU profile']),
  ]
}

/** @param {Plan} plan @param {Outcome} outcome */
function row(plan, outcome) {
  const percent = (/** @type {number | null} */ share) =>
    share === null ? 'none' : `${Math.round(share * 100)} %`
  const { share, first, firstShare, cpu, seconds } = outcome
  return [
    plan.program.padEnd(10),
    `${plan.limitMiB} MiB`.padStart(8),
    `${seconds.toFixed(1)} s`.padStart(7),
    percent(share).padStart(6),
    (cpu ? 'yes' : 'no').padStart(4),
    (first === null ? '-' : `${first} ${percent(firstShare)}`).padEnd(22),
    faults(plan, outcome).join(', ') || 'good',
  ].join('  ')
}

const count = argumentsOr('Usage: npm run oom-series -- [N]', () => {
  const deaths = Number(process.argv[2] ?? 50)
  if (!Number.isSafeInteger(deaths) || deaths < 1) throw new Error('How many deaths? A number from 1 on.')
  return deaths
})
say('bundling the app into dist/')
await bundle()
const electron = await resolveElectron({ projectFolder: root })
process.stdout.write(`${electron.origin}\n`)
for (const [program, why] of Object.entries(LEFT_OUT)) process.stdout.write(`left out: ${program}, ${why}\n`)
process.stdout.write('program        limit    after  heap  CPU   first allocator         verdict\n')
const waiting = await plans(count)
let good = 0
async function work() {
  for (let plan = waiting.shift(); plan; plan = waiting.shift()) {
    const outcome = await die(electron, plan)
    if (faults(plan, outcome).length === 0) good += 1
    process.stdout.write(`${row(plan, outcome)}\n`)
  }
}
await Promise.all(Array.from({ length: AT_A_TIME }, work))
process.stdout.write(`${good} of ${count}\n`)
process.exitCode = good === count ? 0 : 1
