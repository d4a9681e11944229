// @ts-check
// The demo, some twenty seconds: real workflows run, one exhausts memory, the backend comes back, the record is shown and kept.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { argumentsOr } from './arguments.mjs'
import { bundle } from './build.mjs'
import { appEnvironment, electronArguments } from './electron/launch.mjs'
import { resolveElectron } from './electron/resolve.mjs'

/** The longest run of the app, on a machine that is busy with other things. */
const DEADLINE_MS = 180_000
const HEAP_LIMIT = '256MiB'
/** Nobody looks at a terminal that says nothing for longer, in milliseconds. */
const SILENT_MS = 1_200

argumentsOr(
  'Usage: npm run demo: real workflows run, one exhausts memory, the backend comes back, the record is shown and kept',
  parseArgs,
)

const root = fileURLToPath(new URL('..', import.meta.url))
let begunAt = performance.now()
let saidAt = begunAt

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`)
  saidAt = performance.now()
}

/** Says what is done now: how long it takes is said meanwhile. @param {string} what */
function begin(what) {
  say(what)
  begunAt = saidAt
}

const talking = setInterval(() => {
  const now = performance.now()
  if (now - saidAt >= SILENT_MS) say(`   ... ${Math.round((now - begunAt) / 1_000)} s`)
}, 100)
// esbuild works in a process of its own, so the time goes on being told.
begin('Bundling the app into dist/')
await bundle()
const userData = await mkdtemp(path.join(os.tmpdir(), 'studio-demo-'))
const electron = await resolveElectron({ projectFolder: root })
begin(`Starting it on ${electron.origin}`)

const app = spawn(electron.executable, electronArguments(electron, [`--user-data-dir=${userData}`]), {
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...appEnvironment(process.env), PORT: '0', STUDIO_HEAP_LIMIT: HEAP_LIMIT },
})
let output = ''
for (const stream of [app.stdout, app.stderr]) {
  stream.on('data', (chunk) => {
    output += chunk
  })
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
    if (app.exitCode !== null || app.signalCode !== null) throw new Error(`the app has ended:\n${output}`)
    await sleep(100)
  }
}

/** @param {string} url @param {string} name */
async function submit(url, name) {
  const workflow = await readFile(path.join(root, 'examples/workflows', `${name}.json`), 'utf8')
  const answer = await fetch(`${url}/prompt`, { method: 'POST', body: `{"prompt": ${workflow}}` })
  const { prompt_id: id } = /** @type {{ prompt_id: string }} */ (await answer.json())
  begin(`-> submitted ${name}`)
  return id
}

/** @param {string} url @param {string} id */
async function finished(url, id) {
  const history = await (await fetch(`${url}/history/${id}`)).json()
  return /** @type {Record<string, { status: { status_str: string } }>} */ (history)[id]?.status.status_str
}

/** The command as a person types it. @param {string} command */
const typed = (command) => `npm start -- --user-data-dir=${userData} ${command}`

/** Runs a command and shows what it says. @param {string} command @param {RegExp} [upTo] where what is shown ends */
async function show(command, upTo) {
  say('')
  begin(`$ ${typed(command)}`)
  const args = [path.join(root, 'scripts/start.mjs'), `--user-data-dir=${userData}`, ...command.split(' ')]
  const asked = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: root })
  let text = ''
  asked.stdout.on('data', (chunk) => {
    text += chunk
  })
  const [code] = await once(asked, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  const end = upTo === undefined ? -1 : text.search(upTo)
  say(`${text.slice(0, end < 0 ? text.length : end).trimEnd()}${end < 0 ? '' : '\n...'}`)
}

const overdue = setTimeout(() => {
  say(`The demo took longer than ${DEADLINE_MS / 1000} s. What the app said:\n${output}`)
  process.exitCode = 1
  app.kill('SIGKILL')
}, DEADLINE_MS)
const ended = once(app, 'exit')
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.kill('SIGTERM'))

try {
  /** @param {number} n the backend's start, from 1 */
  const backend = (n) => until(() => [...output.matchAll(/listening on (http:\S+)/g)][n - 1]?.[1])
  const first = await backend(1)
  say(`Studio runs with a heap of ${HEAP_LIMIT}: ${first}`)
  const portrait = await submit(first, 'portrait')
  say(`   portrait: ${await until(() => finished(first, portrait))}`)

  await submit(first, 'poster')
  const death = await until(() => /studio-monitor: (the backend died: ran out.*)/.exec(output)?.[1])
  const diedAt = performance.now()
  begin(`!! ${death}`)
  const second = await backend(2)
  say(`   back after ${((performance.now() - diedAt) / 1000).toFixed(2)} s: ${second}`)

  const again = await submit(second, 'portrait')
  say(`   portrait: ${await until(() => finished(second, again))}`)
  await show('jobs')
  await show('incidents last', /\n+(?=In Datadog\n)/)
} finally {
  begin('\nEnding Studio')
  app.kill('SIGTERM')
  const [code, signal] = await ended
  clearTimeout(overdue)
  clearInterval(talking)
  say(`Studio ended with ${signal ?? code}. What it recorded is kept in ${userData}`)
  if (code !== 0) process.exitCode = 1
}
say(`
Next, all of the death, as a page with flame graphs, and the functions that held the memory:

  ${typed('incidents last')}
  ${typed('incidents last --html incident.html')}
  ${typed('top last')}

And a Studio of your own: npm start`)
