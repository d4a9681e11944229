// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ElectronUnavailable } from './unavailable.mjs'

/**
 * The executable inside an Electron distribution folder.
 * @param {NodeJS.Platform} platform
 * @returns {string} relative, with `/`
 */
export function executableIn(platform) {
  if (platform === 'win32') return 'electron.exe'
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron'
}

/**
 * The version of a distribution, from its own `version` file.
 * @param {string} distFolder
 * @returns {string | null} without a leading `v`; null where there is no such file
 */
export function versionOf(distFolder) {
  try {
    return readFileSync(path.join(distFolder, 'version'), 'utf8').trim().replace(/^v/, '')
  } catch {
    return null
  }
}

/**
 * The Electron that the user points to.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {{ executable: string, version: string | null } | null} null when the variable is not set
 * @throws {ElectronUnavailable} when there is no Electron in that folder
 */
export function overriddenElectron(env, platform) {
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH
  if (!folder) return null
  const executable = path.resolve(folder, executableIn(platform))
  if (!existsSync(executable)) {
    throw new ElectronUnavailable(
      `ELECTRON_OVERRIDE_DIST_PATH=${folder} holds no ${executableIn(platform)}: name the folder with the Electron executable, or unset it`,
    )
  }
  return { executable, version: versionOf(path.resolve(folder)) }
}
