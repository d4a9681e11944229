// @ts-check
// Starts app and backend as Studio does, and writes what V8 has compiled by then: `main.cjs DIST_FOLDER`.
const fs = require('node:fs')
const path = require('node:path')
const electron = require('electron')

process.once('uncaughtException', (error) => {
  // Electron would show a dialog, and nobody would answer it.
  process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})

const dist = process.argv.at(-1) ?? ''
const { boot } = require(path.join(dist, 'main/register.cjs'))
/** @type {typeof import('../../../src/common/tracing/dd-trace/bundle')} */
const { codeCaches, loadLater, withoutOwnFlags } = require(path.join(dist, 'dd-trace/index.cjs'))

async function write() {
  if (boot.failure) throw new Error(`dd-trace did not start: ${boot.failure}`)
  const { makeRequest } = await import('./request.mjs')
  await makeRequest()
  if (codeCaches().some(isOf('dd-trace', 'later')))
    throw new Error('the start reads the half of dd-trace that is for later')
  loadLater()
  // The cache of dd-trace's start comes from the backend, which has had no request.
  const isStart = isOf('dd-trace', 'bundle')
  for (const cache of codeCaches()) if (!isStart(cache)) writeCache(cache)
  await runBackend((caches) => {
    for (const cache of caches) writeCache(cache)
    // Now: code that the monitor runs at its end is not needed at a start.
    for (const cache of codeCaches().filter(isOf('main', 'monitor'))) writeCache(cache)
  })
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {(cache: { file: string }) => boolean}
 */
function isOf(folder, name) {
  return ({ file }) =>
    path.dirname(file) === path.join(dist, folder) && path.basename(file).startsWith(`${name}.`)
}

/**
 * Writes a cache as a whole or not at all: an app may run from there. App and backend set flags of their own,
 * and each reads what the other has made.
 * @param {{ file: string, data: Uint8Array }} cache
 */
function writeCache({ file, data }) {
  fs.writeFileSync(`${file}.new`, withoutOwnFlags(Buffer.from(data)))
  fs.renameSync(`${file}.new`, file)
}

/**
 * Runs a backend under the monitor.
 * @param {(caches: { file: string, data: Uint8Array }[]) => void} whileItRuns gets what its bootstrap has compiled
 */
async function runBackend(whileItRuns) {
  await electron.app.whenReady()
  /** @type {typeof import('../../../src/main/monitor')} */
  const { startStudioMonitor } = require(path.join(dist, 'main/monitor.cjs'))
  const monitor = await startStudioMonitor({
    backend: { entry: path.join(__dirname, 'backend.cjs'), args: [dist] },
  })
  const running = new Promise((resolve) =>
    monitor.on('state', (state) => state === 'running' && resolve(null)),
  )
  const told = new Promise((resolve, reject) => {
    monitor.once('message', resolve)
    monitor.once('incident', ({ cause }) => reject(new Error(`the backend died: ${cause}`)))
  })
  const [caches] = await Promise.all([told, running])
  if (caches.length === 0) throw new Error('the bootstrap does not run as a script')
  whileItRuns(caches)
  await monitor.stop()
}

write().then(
  () => electron.app.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`)
    electron.app.exit(1)
  },
)
