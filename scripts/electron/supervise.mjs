// @ts-check
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ElectronUnavailable } from './unavailable.mjs'

/**
 * Time within which signals count as one: a Ctrl-C reaches this process twice, from the terminal and from
 * npm, and nobody presses it twice this fast.
 */
const SAME_PRESS_MS = 250
const LOOK_AT_PARENT_MS = 250

/** @type {readonly NodeJS.Signals[]} */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * The exit code that a shell would give.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @returns {number}
 */
export function exitCodeOf(code, signal) {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal]
}

/**
 * Distinguishes one request to stop from the next.
 * @param {number} windowMs
 * @returns {(nowMs: number) => boolean} true for a new request
 */
export function pressCounter(windowMs) {
  let lastMs = Number.NEGATIVE_INFINITY
  return (nowMs) => {
    const isNews = nowMs - lastMs >= windowMs
    if (isNews) lastMs = nowMs
    return isNews
  }
}

/**
 * Runs the app until it exits. A request to stop goes to its main process alone, once, and the app decides:
 * it runs outside this process group, so that the terminal's Ctrl-C does not kill the backend under it.
 * @param {string} executable
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [cwd] this process's when left out
 * @returns {Promise<number>} the exit code
 * @throws {ElectronUnavailable} when it cannot be started
 */
export function superviseApp(executable, args, env, cwd) {
  const detached = process.platform !== 'win32'
  // Nothing is sent on the channel: when it closes, the app knows that this process was killed.
  const child = spawn(executable, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
    cwd,
    detached,
  })
  const isNews = pressCounter(SAME_PRESS_MS)
  let isAsked = false
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // On Windows the console itself signals every process.
    if (!detached || !isNews(performance.now())) return
    isAsked = true
    child.kill(signal)
  }
  const resize = () => child.kill('SIGWINCH')
  for (const signal of STOP_SIGNALS) process.on(signal, forward)
  if (detached) process.on('SIGWINCH', resize)

  // The parent is gone without a signal: the app would run on unnoticed.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    if (!isAsked) child.kill('SIGTERM')
  }, LOOK_AT_PARENT_MS)

  return new Promise((resolve, reject) => {
    const done = () => {
      clearInterval(watch)
      process.off('SIGWINCH', resize)
      for (const signal of STOP_SIGNALS) process.off(signal, forward)
    }
    child.once('error', (error) => {
      done()
      reject(new ElectronUnavailable(`Electron cannot be started: ${error.message}`))
    })
    child.once('exit', (code, signal) => {
      done()
      resolve(exitCodeOf(code, signal))
    })
  })
}
