// @ts-check
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { appEnvironment, electronArguments } from '../electron/launch.mjs'

const APP = fileURLToPath(new URL('./app', import.meta.url))
const DEADLINE_MS = 60_000
/** An environment in which nothing is sent, and no one's settings apply. */
const QUIET = { DD_TRACE_AGENT_URL: 'http://127.0.0.1:9', STUDIO_MONITOR_CONFIG: '' }

/**
 * Makes V8's code caches for the bundles in `dist` with the Electron that will run them.
 * @param {import('../electron/resolve.mjs').ResolvedElectron} electron
 * @param {string} dist folder of the bundles
 * @throws {Error} if that Electron does not start dd-trace or a backend
 */
export async function makeCodeCache(electron, dist) {
  const data = await mkdtemp(path.join(tmpdir(), 'studio-code-cache-'))
  try {
    const args = electronArguments({ ...electron, appArgs: [APP] }, [`--user-data-dir=${data}`, dist])
    const env = { ...appEnvironment(process.env), ...QUIET }
    await promisify(execFile)(electron.executable, args, { env, timeout: DEADLINE_MS })
  } finally {
    await rm(data, { recursive: true, force: true, maxRetries: 3 })
  }
}
