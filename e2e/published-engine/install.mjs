// @ts-check
// Installs Studio's published engine below `.engine/`, once for all tests: its files, a Python that runs it, and a second
// one that has Datadog's tracer too. Run by itself it says what there is, or why there is nothing.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withLock } from '../../scripts/electron/lock.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const CACHE = path.join(here, '../../.engine')
const PACKAGE = 'hanzo-studio==0.3.71'
/** Debian's own, the only one that finds Debian's torch; another one may come first on the PATH. */
const PYTHON = '/usr/bin/python3'
const DEBIAN = ['python3-torch', 'python3-venv']
/** The slowest step, Debian's torch on a slow line, in milliseconds. */
const STEP_MS = 10 * 60_000
/** Written last: a folder without it is of an installation that was cut off. */
const COMPLETE = 'complete'

/**
 * @typedef {object} PublishedEngine
 * @property {string} folder has the engine's `main.py`
 * @property {string} python runs it
 * @property {string} tracedPython has ddtrace besides
 * @property {string} standIns a folder for `PYTHONPATH`: what the published package leaves out
 */

/**
 * Takes 3 minutes where nothing is there yet, half of them for Debian's torch. One process at a time does it.
 * @returns {Promise<({ ok: true } & PublishedEngine) | { ok: false, reason: string }>} never rejects
 */
export async function installPublishedEngine() {
  try {
    if (!existsSync(PYTHON)) return { ok: false, reason: `needs Debian's Python: there is no ${PYTHON}` }
    await mkdir(CACHE, { recursive: true })
    return await withLock(path.join(CACHE, 'lock'), install, () =>
      console.log('another process installs the published engine: waiting for it'),
    )
  } catch (error) {
    return { ok: false, reason: lastLine(error) }
  }
}

/** @returns {Promise<{ ok: true } & PublishedEngine>} */
async function install() {
  await installDebianPackages()
  const folder = path.join(CACHE, await versionKey())
  const engine = /** @type {const} */ ({
    ok: true,
    folder: path.join(folder, 'studio'),
    python: path.join(folder, 'venv/bin/python'),
    tracedPython: path.join(folder, 'venv-ddtrace/bin/python'),
    standIns: path.join(here, 'stand-ins'),
  })
  if (existsSync(path.join(folder, COMPLETE))) return engine
  console.log(`installing Studio's published engine in ${folder}`)
  await removeAllBut('lock')

  const venv = path.join(folder, 'venv')
  await run(PYTHON, ['-m', 'venv', '--system-site-packages', venv])
  await pip(engine.python, '--requirement', path.join(here, 'requirements.txt'))
  await pip(engine.python, '--target', engine.folder, PACKAGE)

  await run(PYTHON, ['-m', 'venv', '--system-site-packages', path.dirname(path.dirname(engine.tracedPython))])
  await writeFile(
    path.join(await sitePackages(engine.tracedPython), 'engine.pth'),
    await sitePackages(engine.python),
  )
  await pip(engine.tracedPython, '--requirement', path.join(here, 'requirements-ddtrace.txt'))
  await writeFile(path.join(folder, COMPLETE), '')
  return engine
}

/** Installs as root alone, as in a container: nobody else's system is changed for a test. */
async function installDebianPackages() {
  if (await succeeds(PYTHON, ['-c', 'import ensurepip, importlib.util as i; assert i.find_spec("torch")']))
    return
  const command = `apt-get install --no-install-recommends ${DEBIAN.join(' ')}`
  if (process.getuid?.() !== 0) throw new Error(`needs Debian's torch: ${command}`)
  console.log(`installing Debian's torch: ${command}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], env)
  const wait = 'DPkg::Lock::Timeout=300'
  await run('apt-get', ['install', '-y', '-qq', '-o', wait, '--no-install-recommends', ...DEBIAN], env)
}

/** Changes with whatever is installed, and with the Python that it is installed for. */
async function versionKey() {
  const version = await run(PYTHON, ['--version'])
  const hash = createHash('sha256').update(`${version}\n${PACKAGE}\n`)
  for (const file of ['requirements.txt', 'requirements-ddtrace.txt']) {
    hash.update(readFileSync(path.join(here, file)))
  }
  return hash.digest('hex').slice(0, 12)
}

/** Removes what an earlier version of the requirements, or a cut-off installation, left. @param {string} kept */
async function removeAllBut(kept) {
  for (const name of await readdir(CACHE)) {
    if (name !== kept) await rm(path.join(CACHE, name), { recursive: true, force: true })
  }
}

/** All of it is named: pip looks for nothing else. @param {string} python @param {string[]} args */
async function pip(python, ...args) {
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ...args])
}

/** @param {string} python */
async function sitePackages(python) {
  return (await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'])).trim()
}

/** @param {string} program @param {string[]} args */
async function run(program, args, env = process.env) {
  const { stdout } = await promisify(execFile)(program, args, { env, timeout: STEP_MS, maxBuffer: 2 ** 24 })
  return stdout
}

/** @param {string} program @param {string[]} args */
async function succeeds(program, args) {
  try {
    await run(program, args)
    return true
  } catch {
    return false
  }
}

/** A failed program's own last word; else the error's message. @param {unknown} error */
function lastLine(error) {
  const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error)
  return (stderr || message).trim().split('\n').at(-1) ?? ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const engine = await installPublishedEngine()
  console.log(engine.ok ? `the published engine: ${engine.folder}` : `no published engine: ${engine.reason}`)
  process.exitCode = engine.ok ? 0 : 1
}
