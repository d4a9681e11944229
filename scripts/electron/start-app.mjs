// @ts-check
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { appEnvironment, electronArguments } from './launch.mjs'
import { resolveElectron } from './resolve.mjs'
import { superviseApp } from './supervise.mjs'
import { ElectronUnavailable } from './unavailable.mjs'

const STOP_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Resolves an Electron, builds the app where it is a checkout, runs it, and ends this process with its exit code.
 * @param {object} start
 * @param {string} start.projectFolder this package's
 * @param {string} start.folder the one to run in
 * @param {readonly string[]} start.args the app's
 * @param {boolean} start.isBuilt
 * @param {boolean} start.isQuiet true for a command, which only reads
 * @returns {Promise<never>}
 */
export async function startApp({ projectFolder, folder, args, isBuilt, isQuiet }) {
  // There is no app to ask yet: exit at once, and let the exit handlers remove what was partly fetched.
  const interrupted = () => process.exit(130)
  for (const signal of STOP_SIGNALS) process.once(signal, interrupted)
  try {
    await build(projectFolder, { isBuilt, isQuiet })
    const electron = await resolveElectron({ projectFolder })
    if (!isQuiet) process.stderr.write(`studio-monitor: ${electron.origin}\n`)
    for (const signal of STOP_SIGNALS) process.off(signal, interrupted)
    const code = await superviseApp(
      electron.executable,
      electronArguments(electron, args),
      appEnvironment(process.env),
      folder,
    )
    process.exit(code)
  } catch (error) {
    if (error instanceof ElectronUnavailable) fail(error.message)
    throw error
  }
}

/**
 * Builds the app first in a checkout; not for a read-only command, which must not disturb an app that runs
 * from `dist/`.
 * @param {string} projectFolder
 * @param {{ isBuilt: boolean, isQuiet: boolean }} start
 */
async function build(projectFolder, { isBuilt, isQuiet }) {
  const script = path.join(projectFolder, 'scripts/build.mjs')
  if (existsSync(script) && !(isBuilt && isQuiet)) {
    process.stderr.write('studio-monitor: bundling the app into dist/\n')
    await (await import(pathToFileURL(script).href)).bundle()
  } else if (!isBuilt) fail('dist/ is not there: the package is not complete')
}

/** @param {string} line @returns {never} */
function fail(line) {
  process.stderr.write(`studio-monitor: ${line}\n`)
  process.exit(1)
}
