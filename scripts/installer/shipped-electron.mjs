// @ts-check
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { downloadOfficial, electronPackage, installedOfficial } from '../electron/official.mjs'
import { ElectronUnavailable } from '../electron/unavailable.mjs'

/** Electron fixes the security of its three newest majors: https://www.electronjs.org/docs/latest/tutorial/electron-timelines */
const SUPPORTED_MAJORS = 3

/** @param {string} version */
const majorOf = (version) => Number.parseInt(version, 10)

/** The version of Electron that the lock file names, which is the one that is shipped. @param {string} root */
export function lockedElectron(root) {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  return String(packages['node_modules/electron'].version)
}

/**
 * Warns of a packed Electron whose security nobody mends any more.
 * @param {string | null} version of the one that is packed
 * @param {string} locked the newest that is known
 * @returns {string | null} one line; `null` for one that is supported
 */
export function endOfLife(version, locked) {
  if (version !== null && majorOf(version) > majorOf(locked) - SUPPORTED_MAJORS) return null
  const which =
    version === null
      ? 'an Electron of an unknown version may get no security fixes'
      : `Electron ${version} gets no security fixes any more`
  return `${which}: this app is for trying out, not for users; those get ${locked} from "npm run dist" without --dir`
}

/**
 * The Electron that an installer is made with: the version of the lock file, as the electron package has fetched it, by
 * the checksums in that package.
 * @param {object} options
 * @param {string} options.root the project's folder
 * @param {NodeJS.ProcessEnv} options.env
 * @param {NodeJS.Platform} options.platform
 * @param {string} options.arch of this machine
 * @param {(line: string) => void} options.say
 * @param {typeof downloadOfficial} [options.download]
 * @returns {Promise<{ executable: string, appArgs: string[], version: string, origin: string, checksums: Readonly<Record<string, string>> }>}
 * @throws {ElectronUnavailable} with one line that says how to get it: no other Electron takes its place
 */
export async function shippedElectron({ root, env, platform, arch, say, download = downloadOfficial }) {
  const locked = lockedElectron(root)
  const pkg = electronPackage(root)
  if (pkg?.version !== locked)
    throw refusal(locked, `the electron package is ${pkg?.version ?? 'not installed'}; "npm ci" installs it`)
  const installed = () => installedOfficial(pkg, platform)
  const reason = installed() ? null : await download(pkg, { env, platform, arch, say })
  const found = installed()
  if (!found)
    throw refusal(locked, `it could not be fetched: ${reason ?? 'its install script left no binary'}`)
  return {
    ...found,
    appArgs: [root],
    origin: `Electron ${locked}, the official binary of the lock file's version`,
    checksums: JSON.parse(readFileSync(path.join(pkg.folder, 'checksums.json'), 'utf8')),
  }
}

/** @param {string} locked @param {string} why */
function refusal(locked, why) {
  return new ElectronUnavailable(
    `No installer is made: it takes Electron ${locked}, which the lock file names, and ${why.replace(/\.+$/, '')}. ELECTRON_MIRROR names a mirror that can be reached; what it sends is held against the checksums in the electron package. "npm run dist -- --dir" packs the app's folder with the Electron that is there, for trying out`,
  )
}
