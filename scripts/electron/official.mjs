// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { executableIn, versionOf } from './override.mjs'
import { downloadCache, hasOwnWay, isCached, whyUnreachable } from './reachability.mjs'
import { withScratchFolder } from './scratch.mjs'

const RELEASES = 'https://github.com/electron/electron/releases/'
const PROBE_TIMEOUT_MS = 3_000
/** Time without progress on disk after which the download is given up. */
const STALL_MS = 30_000
const LOOK_EVERY_MS = 1_000

/**
 * The `electron` package, which comes without its binary.
 * @param {string} projectFolder
 * @returns {{ folder: string, version: string } | null}
 */
export function electronPackage(projectFolder) {
  try {
    const manifest = createRequire(path.join(projectFolder, 'package.json')).resolve('electron/package.json')
    return { folder: path.dirname(manifest), version: JSON.parse(readFileSync(manifest, 'utf8')).version }
  } catch {
    return null
  }
}

/**
 * The binary of that package, if its install script has fetched it completely and in this version.
 * @param {{ folder: string, version: string }} pkg
 * @param {NodeJS.Platform} platform
 * @returns {{ executable: string, version: string } | null}
 */
export function installedOfficial(pkg, platform) {
  const dist = path.join(pkg.folder, 'dist')
  const executable = path.join(dist, executableIn(platform))
  // install.js writes path.txt when everything else is in place.
  const complete = existsSync(path.join(pkg.folder, 'path.txt')) && versionOf(dist) === pkg.version
  return complete && existsSync(executable) ? { executable, version: pkg.version } : null
}

/** @param {string} folder @returns {number} */
function bytesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .map((name) => statSync(path.join(folder, String(name)), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0)
  } catch {
    return 0
  }
}

/**
 * The environment in which the script takes the checksums of its package: a mirror's own would pass whatever the mirror has.
 * @param {NodeJS.ProcessEnv} env
 */
export function withOwnChecksums(env) {
  const names = Object.entries(env).filter(([name]) => !/(^|_)electron_use_remote_checksums$/i.test(name))
  return Object.fromEntries(names)
}

/**
 * Runs the package's own install script, and kills it when it makes no progress.
 * @param {string} folder of the package
 * @param {NodeJS.ProcessEnv} env
 * @param {string} scratchFolder where it downloads to
 * @param {number} stallMs
 * @returns {Promise<string | null>} why it failed; null when it did not
 */
function runInstallScript(folder, env, scratchFolder, stallMs) {
  const temporary = { TMPDIR: scratchFolder, TEMP: scratchFolder, TMP: scratchFolder }
  const child = spawn(process.execPath, [path.join(folder, 'install.js')], {
    env: { ...withOwnChecksums(env), ...temporary, ELECTRON_GET_NO_PROGRESS: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve) => {
    let stderr = ''
    let bytes = 0
    let movedAt = Date.now()
    let stalled = false
    const watch = setInterval(() => {
      const now = bytesBelow(scratchFolder) + bytesBelow(path.join(folder, 'dist'))
      if (now !== bytes) movedAt = Date.now()
      bytes = now
      if (Date.now() - movedAt <= stallMs) return
      stalled = true
      child.kill('SIGKILL')
    }, LOOK_EVERY_MS)
    const endWithUs = () => child.kill('SIGKILL')
    process.once('exit', endWithUs)
    const settle = (/** @type {string | null} */ reason) => {
      clearInterval(watch)
      process.off('exit', endWithUs)
      resolve(reason)
    }
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.once('error', (error) => settle(error.message))
    child.once('close', (code) => {
      if (stalled) settle(`nothing more arrived for ${stallMs / 1000} s`)
      else
        settle(
          code === 0
            ? null
            : (stderr.match(/^\w*Error\b.*/m)?.[0] ?? `its install script ended with ${code}`),
        )
    })
  })
}

/**
 * Fetches the official binary with the package's own install script.
 * @param {{ folder: string, version: string }} pkg
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {NodeJS.Platform} options.platform
 * @param {string} options.arch
 * @param {(line: string) => void} options.say
 * @param {string} [options.releases] address that is probed
 * @param {number} [options.stallMs]
 * @returns {Promise<string | null>} why there is none; null when it is there
 */
export async function downloadOfficial(pkg, options) {
  const { env, platform, arch, say, releases = RELEASES, stallMs = STALL_MS } = options
  const zipName = `electron-v${pkg.version}-${platform}-${arch}.zip`
  if (!hasOwnWay(env) && !isCached(downloadCache(env, platform), zipName)) {
    const reason = await whyUnreachable(releases, PROBE_TIMEOUT_MS)
    if (reason) return reason
  }
  say(`Fetching Electron ${pkg.version} with the electron package's own install script (about 120 MB)`)
  const prefix = path.join(tmpdir(), 'electron-install-')
  return withScratchFolder(prefix, (folder) => runInstallScript(pkg.folder, env, folder, stallMs))
}
