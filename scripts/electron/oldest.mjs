// @ts-check
// Prints what a command line that starts an app on the oldest Electron that is tested is made of, as JSON. Linux x64 alone.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'
import { installedStock, installStock, OLDEST } from './stock.mjs'
import { ensureSystemLibraries, installPackages } from './system-libraries.mjs'
import { ElectronUnavailable, reasonOf } from './unavailable.mjs'

const projectFolder = fileURLToPath(new URL('../..', import.meta.url))
const cacheFolder = path.join(projectFolder, '.electron')
const env = process.env
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

async function fetchOldest() {
  const found = await installedStock(cacheFolder, OLDEST)
  if (found) return found
  say(`Fetching Electron ${OLDEST.version} from ${OLDEST.spec}`)
  await installStock({ runtime: OLDEST, projectFolder, cacheFolder, env, say, terminal: process.stderr })
  const fetched = await installedStock(cacheFolder, OLDEST)
  if (!fetched) throw new Error('it vanished after it was unpacked')
  return fetched
}

/** It has no way to run without a display: Chromium's headless platform crashes it. */
async function ensureDisplayServer() {
  const { execFileSync } = await import('node:child_process')
  try {
    execFileSync('Xvfb', ['-help'], { stdio: 'ignore' })
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') return
    if (process.getuid?.() !== 0) throw new Error('Xvfb is missing. Run: apt-get install -y xvfb')
    say('Electron needs a display: installing xvfb with apt-get')
    await installPackages(['xvfb'], env)
  }
}

try {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('it is there for Linux x64 alone')
  await mkdir(cacheFolder, { recursive: true })
  const { executable, version } = await withLock(path.join(cacheFolder, 'fetching.lock'), fetchOldest, () =>
    say('Waiting: another process is fetching Electron'),
  )
  await ensureSystemLibraries(executable, { env, say })
  await ensureDisplayServer()
  const switches = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--log-level=3']
  process.stdout.write(JSON.stringify({ executable, switches, origin: `Electron ${version}: ${executable}` }))
} catch (error) {
  const why = error instanceof ElectronUnavailable ? error.message : reasonOf(error)
  say(`Electron ${OLDEST.version} cannot be had: ${why}`)
  process.exitCode = 1
}
