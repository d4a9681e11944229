// @ts-check
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

const PACKAGE = 'studio-datadog-monitor'
const SWITCH = '--user-data-dir'

/**
 * The arguments with the data folder as Chromium takes it, in one: `--user-data-dir DIR` becomes `--user-data-dir=DIR`.
 * @param {readonly string[]} args
 * @returns {string[]}
 */
export function joinDataFolder(args) {
  const at = args.indexOf(SWITCH)
  const end = args.indexOf('--')
  const folder = args[at + 1]
  if (at < 0 || (end >= 0 && at > end) || folder === undefined || folder.startsWith('-')) return [...args]
  return [...args.slice(0, at), `${SWITCH}=${folder}`, ...args.slice(at + 2)]
}

/** @param {readonly string[]} args */
export function namesDataFolder(args) {
  return args.some((argument) => argument === SWITCH || argument.startsWith(`${SWITCH}=`))
}

/**
 * Electron's data folder of the app that depends on this package, in the folder or above it: by the app's `productName`, else
 * its `name`, as Electron takes them.
 * @param {string} from
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home?: string }} machine
 * @returns {string | null} null where no such app is
 */
export function projectDataFolder(from, { env, platform, home = homedir() }) {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const manifest = readManifest(path.join(folder, 'package.json'))
    // This package's own folder: its app is ours.
    if (manifest?.name === PACKAGE) return null
    const name = manifest && dependsOnUs(manifest) && (text(manifest.productName) ?? text(manifest.name))
    if (name) return path.join(appData(env, platform, home), name)
    if (folder === path.dirname(folder)) return null
  }
}

/** @param {string} file @returns {Record<string, unknown> | null} */
function readManifest(file) {
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    return typeof manifest === 'object' ? manifest : null
  } catch {
    // There is none, or npm will say what is wrong with it.
    return null
  }
}

/** @param {Record<string, unknown>} manifest */
function dependsOnUs(manifest) {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].some(
    (kind) => Object(manifest[kind])[PACKAGE] !== undefined,
  )
}

/** @param {unknown} value */
const text = (value) => (typeof value === 'string' && value !== '' ? value : null)

/** Electron's `appData`. @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform @param {string} home */
export function appData(env, platform, home) {
  if (platform === 'win32') return env.APPDATA || path.join(home, 'AppData', 'Roaming')
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support')
  return env.XDG_CONFIG_HOME || path.join(home, '.config')
}
