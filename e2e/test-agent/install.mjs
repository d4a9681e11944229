// @ts-check
// Installs Datadog's own test agent below `.test-agent/`, once for all tests. Run by itself it says what there is, or why
// there is nothing.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withLock } from '../../scripts/electron/lock.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const CACHE = path.join(here, '../../.test-agent')
const REQUIREMENTS = path.join(here, 'requirements.txt')
const [PYTHON, BIN] = process.platform === 'win32' ? ['python', 'Scripts'] : ['python3', 'bin']
/** The slowest step, 30 MB of packages on a slow line, in milliseconds. */
const STEP_MS = 5 * 60_000
/** Written last: a folder without it is of an installation that was cut off. */
const COMPLETE = 'complete'

/**
 * Takes half a minute where nothing is there yet. One process at a time does it.
 * @returns {Promise<{ ok: true, python: string } | { ok: false, reason: string }>} never rejects; the Python has `ddapm_test_agent`
 */
export async function installTestAgent() {
  try {
    await mkdir(CACHE, { recursive: true })
    return await withLock(path.join(CACHE, 'lock'), install, () =>
      console.log("another process installs Datadog's test agent: waiting for it"),
    )
  } catch (error) {
    return { ok: false, reason: lastLine(error) }
  }
}

/** @returns {Promise<{ ok: true, python: string }>} */
async function install() {
  const version = await run(PYTHON, ['--version'])
  const hash = createHash('sha256').update(version).update(readFileSync(REQUIREMENTS))
  const folder = path.join(CACHE, hash.digest('hex').slice(0, 12))
  const python = path.join(folder, BIN, 'python')
  if (existsSync(path.join(folder, COMPLETE))) return { ok: true, python }
  console.log(`installing Datadog's test agent in ${folder}`)
  await rm(folder, { recursive: true, force: true })
  await run(PYTHON, ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS])
  await writeFile(path.join(folder, COMPLETE), '')
  return { ok: true, python }
}

/** @param {string} program @param {string[]} args */
async function run(program, args) {
  const { stdout } = await promisify(execFile)(program, args, { timeout: STEP_MS, maxBuffer: 2 ** 24 })
  return stdout
}

/** A failed program's own last word; else the error's message. @param {unknown} error */
function lastLine(error) {
  const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error)
  return (stderr || message).trim().split('\n').at(-1) ?? ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const agent = await installTestAgent()
  console.log(agent.ok ? `Datadog's test agent: ${agent.python}` : `no test agent: ${agent.reason}`)
  process.exitCode = agent.ok ? 0 : 1
}
