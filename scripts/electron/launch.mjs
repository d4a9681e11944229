// @ts-check
import path from 'node:path'

/**
 * The Chromium switches that this machine needs.
 * @param {{ platform: NodeJS.Platform, env: NodeJS.ProcessEnv, isRoot: boolean }} machine
 * @returns {string[]} to stand before the app folder, so that the person's own switches come later and win
 */
export function chromiumSwitches({ platform, env, isRoot }) {
  if (platform !== 'linux') return []
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
  return [
    ...(hasDisplay ? [] : ['--ozone-platform=headless', '--disable-gpu']),
    // Chromium does not run its sandbox as root.
    ...(isRoot ? ['--no-sandbox'] : []),
    // Fatal only: without a bus each start logs an error eight times. V8's "FATAL ERROR: ... out of memory"
    // still shows.
    '--log-level=3',
  ]
}

/**
 * The environment of the app: with ELECTRON_RUN_AS_NODE it would be a plain Node.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnvironment(env) {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = env
  return rest
}

/**
 * The folder that the user is in: npm runs a script in the package's folder, wherever it was called, and
 * paths are relative to the user's.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} current the working folder
 * @param {string} projectFolder
 * @returns {string}
 */
export function workingFolder({ npm_lifecycle_event, INIT_CWD }, current, projectFolder) {
  const isNpmStart = npm_lifecycle_event === 'start' && path.relative(projectFolder, current) === ''
  return isNpmStart && INIT_CWD ? INIT_CWD : current
}

/**
 * The whole command line after the executable, also for Playwright's
 * `_electron.launch({ executablePath, args, env })`.
 * @param {import('./resolve.mjs').ResolvedElectron} electron
 * @param {readonly string[]} appArguments the person's own
 * @param {{ platform?: NodeJS.Platform, env?: NodeJS.ProcessEnv, isRoot?: boolean }} [machine] this one when left out
 * @returns {string[]}
 */
export function electronArguments(electron, appArguments, machine = {}) {
  const { platform = process.platform, env = process.env, isRoot = process.getuid?.() === 0 } = machine
  return [...chromiumSwitches({ platform, env, isRoot }), ...electron.appArgs, ...appArguments]
}
