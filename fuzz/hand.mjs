// @ts-check
import { Worker } from 'node:worker_threads'

/** Time for one input after which a parser hangs, in milliseconds. */
const HANGS_MS = 60_000
const WATCH_MS = 1_000

/** @typedef {{ runs: number, seed: number, path?: string, only?: number }} Options */
/** @typedef {import('./support/target').Failure} Failure */

/** Runs a thread that works on one target after the other, and is terminated when it hangs. */
export class Hand {
  gone = false
  #counters
  #worker

  /** @param {Worker} worker @param {Int32Array} counters @param {string[]} targets */
  constructor(worker, counters, targets) {
    this.#worker = worker
    this.#counters = counters
    this.targets = targets
  }

  /** @param {string} file @returns {Promise<Hand>} */
  static hire(file) {
    const counters = new Int32Array(new SharedArrayBuffer(12))
    const worker = new Worker(file, { workerData: counters })
    return new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (targets) => {
        worker.off('error', reject)
        resolve(new Hand(worker, counters, targets))
      })
    })
  }

  /**
   * @param {string} name
   * @param {Options} options
   * @returns {Promise<{ failures: Failure[], inputs: number }>}
   */
  fuzz(name, options) {
    const before = this.#inputs()
    this.#worker.postMessage({ name, options })
    return new Promise((resolve, reject) => {
      let seen = -1
      let since = performance.now()
      /** @param {Failure[]} failures */
      const end = (failures) => {
        clearInterval(watch)
        this.#worker.off('message', end).off('error', reject)
        resolve({ failures, inputs: this.#inputs() - before })
      }
      const watch = setInterval(() => {
        if (this.#inputs() !== seen) [seen, since] = [this.#inputs(), performance.now()]
        else if (performance.now() - since > HANGS_MS) {
          this.release()
          end([this.#hanging(name, options)])
        }
      }, WATCH_MS)
      this.#worker.once('message', end).once('error', reject)
    })
  }

  release() {
    this.gone = true
    this.#worker.terminate()
  }

  /** @param {string} target @param {Options} options @returns {Failure} */
  #hanging(target, { seed }) {
    const [, index = 0, count = 0] = this.#counters
    const error = `it is not done after ${HANGS_MS / 1_000} s`
    return {
      target,
      what: 'to come back',
      index,
      seed,
      path: String(count - 1),
      input: '',
      error,
    }
  }

  #inputs() {
    return Atomics.load(this.#counters, 0)
  }
}
