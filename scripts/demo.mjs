// @ts-check
// The demo, under a minute: real workflows run, one exhausts memory, the backend comes back, the record is
// shown.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { argumentsOr } from './arguments.mjs'
import { bundle } from './build.mjs'
import { appEnvironment, electronArguments } from './electron/launch.mjs'
import { resolveElectron } from './electron/resolve.mjs'

const DEADLINE_MS = 55_000
const HEAP_LIMIT = '256MiB'

argumentsOr(
  'Usage: npm run demo: real workflows run, one exhausts memory, the backend comes back, the record is shown',
  parseArgs,
)
say('Bundling the app into dist/')

const root = fileURLToPath(new URL('..', import.meta.url))
await bundle()
const userData = await mkdtemp(path.join(os.tmpdir(), 'studio-demo-'))
const electron = await resolveElectron({ projectFolder: root })
say(electron.origin)

/** @param {string[]} args */
function startApp(args) {
  const app = spawn(
    electron.executable,
    electronArguments(electron, [`--user-data-dir=${userData}`, ...args]),
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...appEnvironment(process.env), PORT: '0', STUDIO_HEAP_LIMIT: HEAP_LIMIT },
    },
  )
  let output = ''
  for (const stream of [app.stdout, app.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return { app, output: () => output }
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`)
}

/** @param {string} command */
async function show(command) {
  say(`\n$ npm start -- ${command}`)
  const { app, output } = startApp([command])
  await once(app, 'exit')
  say(output().trimEnd())
}

/**
 * @template T
 * @param {() => T | Promise<T>} ask
 * @returns {Promise<NonNullable<T>>}
 */
async function until(ask) {
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (app.exitCode !== null || app.signalCode !== null) throw new Error(`the app has ended:\n${output()}`)
    await sleep(100)
  }
}

/** @param {string} url @param {string} name */
async function submit(url, name) {
  const workflow = await readFile(path.join(root, 'examples/workflows', `${name}.json`), 'utf8')
  const answer = await fetch(`${url}/prompt`, { method: 'POST', body: `{"prompt": ${workflow}}` })
  const { prompt_id: id } = /** @type {{ prompt_id: string }} */ (await answer.json())
  say(`-> submitted ${name}`)
  return id
}

/** @param {string} url @param {string} id */
async function finished(url, id) {
  const history = await (await fetch(`${url}/history/${id}`)).json()
  return /** @type {Record<string, { status: { status_str: string } }>} */ (history)[id]?.status.status_str
}

const { app, output } = startApp([])
const overdue = setTimeout(() => {
  say(`The demo took longer than ${DEADLINE_MS / 1000} s. What the app said:\n${output()}`)
  process.exitCode = 1
  app.kill('SIGKILL')
}, DEADLINE_MS)
const ended = once(app, 'exit')
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.kill('SIGTERM'))

try {
  /** @param {number} n the backend's start, from 1 */
  const backend = (n) => until(() => [...output().matchAll(/listening on (http:\S+)/g)][n - 1]?.[1])
  const first = await backend(1)
  say(`Studio runs with a heap of ${HEAP_LIMIT}: ${first}`)
  const portrait = await submit(first, 'portrait')
  say(`   portrait: ${await until(() => finished(first, portrait))}`)

  await submit(first, 'poster')
  const death = await until(() => /studio-monitor: (the backend died: ran out.*)/.exec(output())?.[1])
  const diedAt = performance.now()
  say(`!! ${death}`)
  const second = await backend(2)
  say(`   back after ${((performance.now() - diedAt) / 1000).toFixed(2)} s: ${second}`)

  const again = await submit(second, 'portrait')
  say(`   portrait: ${await until(() => finished(second, again))}`)
  await show('jobs')
  await show('incidents')
} finally {
  app.kill('SIGTERM')
  const [code, signal] = await ended
  clearTimeout(overdue)
  say(`\nStudio ended with ${signal ?? code}.`)
  await rm(userData, { recursive: true, force: true })
  if (code !== 0) process.exitCode = 1
}
