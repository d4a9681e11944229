// @ts-check
import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { reasonOf } from './unavailable.mjs'

/** Variables of a mirror or a proxy, with which nothing is probed. Names as in `@electron/get`. */
const OWN_WAY = [
  'ELECTRON_MIRROR',
  'npm_config_electron_mirror',
  'npm_package_config_electron_mirror',
  'ELECTRON_GET_USE_PROXY',
]

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean}
 */
export function hasOwnWay(env) {
  return OWN_WAY.some((name) => env[name])
}

/**
 * The folder where `@electron/get` keeps its downloads (env-paths, name `electron`).
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string}
 */
export function downloadCache(env, platform) {
  if (env.electron_config_cache) return env.electron_config_cache
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'electron')
  if (platform === 'win32') {
    return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'electron', 'Cache')
  }
  return path.join(env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'electron')
}

/**
 * True if the zip is in that cache: a folder for each address, named by its digest.
 * @param {string} cacheFolder
 * @param {string} zipName
 * @returns {boolean}
 */
export function isCached(cacheFolder, zipName) {
  try {
    return readdirSync(cacheFolder).some((entry) => {
      try {
        return readdirSync(path.join(cacheFolder, entry)).includes(zipName)
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}

/**
 * @param {string} url
 * @param {number} timeoutMs
 * @returns {Promise<string | null>} why it cannot be reached; null when something there speaks HTTP
 */
export async function whyUnreachable(url, timeoutMs) {
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    return null
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return timedOut ? `no answer from ${new URL(url).host} within ${timeoutMs / 1000} s` : reasonOf(error)
  }
}
