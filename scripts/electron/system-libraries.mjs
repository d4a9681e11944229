// @ts-check
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { debianRelease, packagesFor } from './debian-packages.mjs'
import { ElectronUnavailable, reasonOf } from './unavailable.mjs'

const run = promisify(execFile)
const INSTALL_TIMEOUT_MS = 10 * 60_000

/**
 * The libraries that the loader does not find.
 * @param {string} lddOutput
 * @returns {string[]} each once
 */
export function missingLibraries(lddOutput) {
  return [...new Set([...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? ''))]
}

/**
 * @typedef {object} LibraryPlan
 * @property {string[]} packages that bring what is missing; empty when nothing can be installed
 * @property {string} problem one line: what is missing, and the exact command
 */

/**
 * Plans what to do about missing libraries.
 * @param {readonly string[]} missing not empty
 * @param {string} osRelease text of `/etc/os-release`
 * @returns {LibraryPlan}
 */
export function planFor(missing, osRelease) {
  const { isDebian, hasT64 } = debianRelease(osRelease)
  const { packages, unknown } = packagesFor(missing, hasT64)
  const problem = `Electron needs system libraries that are missing: ${missing.join(', ')}.`
  if (!isDebian)
    return { packages: [], problem: `${problem} Install them with the system's package manager.` }
  const command =
    packages.length > 0 ? ` Run: apt-get update && apt-get install -y ${packages.join(' ')}` : ''
  const rest = unknown.length > 0 ? ` (no Debian package is known here for ${unknown.join(', ')})` : ''
  return { packages, problem: `${problem}${command}${rest}` }
}

/** @param {string} executable @returns {Promise<string[]>} empty as well where there is no `ldd` */
async function missingFor(executable) {
  try {
    return missingLibraries((await run('ldd', [executable])).stdout)
  } catch (error) {
    return missingLibraries(/** @type {{ stdout?: string }} */ (error).stdout ?? '')
  }
}

/** Installs them, as root on Debian. @param {readonly string[]} packages @param {NodeJS.ProcessEnv} env */
export async function installPackages(packages, env) {
  const options = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: 64e6,
  }
  const wait = ['-o', 'DPkg::Lock::Timeout=60']
  await run('apt-get', [...wait, 'update'], options)
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], options)
}

/**
 * Makes sure that Electron can be loaded. As root on Debian and its derivatives, missing packages are
 * installed.
 * @param {string} executable
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void }} options
 * @throws {ElectronUnavailable} with the exact command in one line
 */
export async function ensureSystemLibraries(executable, { env, say }) {
  const missing = await missingFor(executable)
  if (missing.length === 0) return
  const { packages, problem } = planFor(missing, await readFile('/etc/os-release', 'utf8').catch(() => ''))
  if (process.getuid?.() !== 0 || packages.length === 0) throw new ElectronUnavailable(problem)
  say(`Electron needs ${missing.join(', ')}: installing ${packages.join(' ')} with apt-get`)
  try {
    await installPackages(packages, env)
  } catch (error) {
    throw new ElectronUnavailable(`${problem} (tried as root, failed: ${aptReason(error)})`)
  }
  const still = await missingFor(executable)
  if (still.length > 0)
    throw new ElectronUnavailable(`${problem} (installed, yet missing: ${still.join(', ')})`)
}

/** @param {unknown} error */
function aptReason(error) {
  const stderr = /** @type {{ stderr?: string }} */ (error).stderr ?? ''
  return stderr.match(/^E: .*/m)?.[0] ?? reasonOf(error)
}
