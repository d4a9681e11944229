// @ts-check
// Forks the backends that are measured, on commands of `bench/run.mjs` over Node's own channel; forwards
// their messages.
const electron = require('electron')

/**
 * @typedef {object} ForkOptions
 * @property {string} file to run
 * @property {string[]} args
 * @property {string[]} execArgv
 * @property {Record<string, string>} env on top of this process's own
 * @property {object | null} hello for the app's bootstrap; `null` for a bare backend
 * @property {number} deaths after which it is forked again
 */

/**
 * @typedef {{ type: 'fork', id: number, options: ForkOptions }
 *   | { type: 'post', id: number, message: unknown }
 *   | { type: 'kill', id: number }} Command
 */

/**
 * The messages of this app: `monitor` is from the app's bootstrap, `message` from the backend itself.
 * @typedef {{ type: 'up' }
 *   | { type: 'message' | 'monitor', id: number, message: any }
 *   | { type: 'exit', id: number, code: number }} Report
 */

/** @type {Map<number, Electron.UtilityProcess>} */
const backends = new Map()
const say = (/** @type {Report} */ report) => process.send?.(report)

/** @param {number} id @param {ForkOptions} options */
function fork(id, options) {
  const { file, args, execArgv, env, hello, deaths } = options
  const backend = electron.utilityProcess.fork(file, args, {
    serviceName: `bench-${id}`,
    execArgv,
    env: { ...process.env, ...env },
  })
  backends.set(id, backend)
  backend.once('exit', (code) => {
    if (deaths > 0) fork(id, { ...options, deaths: deaths - 1 })
    else say({ type: 'exit', id, code })
  })
  backend.on('message', (message) => say({ type: 'message', id, message }))
  if (!hello) return
  const { port1, port2 } = new electron.MessageChannelMain()
  port1.on('message', ({ data }) => say({ type: 'monitor', id, message: data }))
  port1.start()
  backend.postMessage(hello, [port2])
}

process.on('message', (/** @type {Command} */ command) => {
  if (command.type === 'fork') fork(command.id, command.options)
  if (command.type === 'post') backends.get(command.id)?.postMessage(command.message)
  if (command.type === 'kill') backends.get(command.id)?.kill()
})
// The parent is gone, and without it this has no purpose.
process.on('disconnect', () => electron.app.quit())
electron.app.on('window-all-closed', () => {})
electron.app.whenReady().then(() => say({ type: 'up' }))
