// @ts-check
// Starts app and backend as Studio does, and writes down what V8 has compiled by then: `main.cjs DIST_FOLDER`.
const fs = require('node:fs')
const path = require('node:path')
const electron = require('electron')

process.once('uncaughtException', (error) => {
  // Electron would show a dialog, with nobody to answer it.
  process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})

const dist = process.argv.at(-1) ?? ''
const { boot } = require(path.join(dist, 'main/register.cjs'))
/** @type {typeof import('../../../src/dd-trace')} */
const { codeCaches, loadLater, underFlagsOfThisProcess } = require(path.join(dist, 'dd-trace/index.cjs'))

async function write() {
  if (boot.failure) throw new Error(`dd-trace did not start: ${boot.failure}`)
  const { makeRequest } = await import('./request.mjs')
  await makeRequest()
  const isLater = (/** @type {{ file: string }} */ { file }) => path.basename(file).startsWith('later.')
  if (codeCaches().some(isLater)) throw new Error('the start reads the half of dd-trace that is for later')
  loadLater()
  for (const cache of codeCaches()) writeCache(cache)
  await electron.app.whenReady()
  for (const { file, data } of await cachesOfBackend()) {
    // The profiler sets flags of its own, for the optimiser.
    writeCache({ file, data: underFlagsOfThisProcess(Buffer.from(data)) })
  }
}

/**
 * Appears whole or not at all: an app may run from there.
 * @param {{ file: string, data: Buffer }} cache
 */
function writeCache({ file, data }) {
  fs.writeFileSync(`${file}.new`, data)
  fs.renameSync(`${file}.new`, file)
}

/**
 * Runs the backend's bootstrap, told what the monitor tells it.
 * @returns {Promise<{ file: string, data: Uint8Array }[]>}
 */
async function cachesOfBackend() {
  const { utilityProcess, MessageChannelMain } = electron
  const { port1, port2 } = new MessageChannelMain()
  const profiling = { folder: electron.app.getPath('userData'), periodMs: 60_000, memoryLimitBytes: null }
  const child = utilityProcess.fork(
    path.join(dist, 'preload/index.cjs'),
    [path.join(__dirname, 'backend.cjs'), dist],
    { stdio: 'inherit' },
  )
  port1.start()
  child.postMessage({ type: 'studio-datadog-monitor:hello', heapLimitBytes: null, profiling }, [port2])
  const told = new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`the backend's bootstrap ended with code ${code}`)))
  })
  const caches = await told
  if (caches.length === 0) throw new Error('the bootstrap does not run as a script')
  return caches
}

write().then(
  () => electron.app.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`)
    electron.app.exit(1)
  },
)
