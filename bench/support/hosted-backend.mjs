// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** @typedef {Exclude<import('../app/main.cjs').Report, { type: 'up' }>} Report */

/** One backend that `bench/app` has forked. It answers each message with one, in order. */
export class HostedBackend {
  /** @type {((message: any) => void)[]} */
  #waiting = []
  /** @type {Error | null} */
  #dead = null
  /** @type {((error: Error) => void)[]} */
  #onDeath = []
  /** The bootstrap's warnings for the monitor's log. @type {string[]} */
  warnings = []

  /**
   * @param {(command: { type: 'post', message: unknown } | { type: 'kill' }) => void} send
   * @param {string | null} profiles the folder that its profiler writes to
   */
  constructor(send, profiles) {
    this.send = send
    this.profiles = profiles
    /** Resolves with its first message, which it sends unasked. @type {Promise<void>} */
    this.ready = this.#answer()
    this.ready.catch(() => {})
    /** @type {Promise<void>} */
    this.exited = new Promise((resolve) => {
      this.settleExit = resolve
    })
  }

  /** @param {object} message @returns {Promise<any>} rejects if the backend dies */
  ask(message) {
    if (this.#dead) return Promise.reject(this.#dead)
    const answer = this.#answer()
    this.send({ type: 'post', message })
    return answer
  }

  /** Asks it to exit, and waits for that. */
  async end() {
    this.send({ type: 'kill' })
    await this.exited
  }

  /**
   * The sets that its profiler has written, and the profiles in each.
   * @returns {{ wall: boolean, space: boolean }[]}
   */
  profileSets() {
    const { profiles } = this
    if (profiles === null || !existsSync(profiles)) return []
    return readdirSync(profiles)
      .filter((name) => name.endsWith('.json'))
      .map((name) => {
        const { files } = JSON.parse(readFileSync(path.join(profiles, name), 'utf8'))
        return { wall: files.wall !== null, space: files.space !== null }
      })
  }

  /** @returns {Promise<any>} */
  #answer() {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve)
      this.#onDeath.push(reject)
    })
  }

  /** @param {Report} report */
  heard(report) {
    if (report.type === 'message') {
      this.#onDeath.shift()
      this.#waiting.shift()?.(report.message)
    }
    if (report.type === 'monitor' && report.message.type === 'warning') {
      this.warnings.push(report.message.message)
    }
    if (report.type !== 'exit') return
    this.#dead = new Error(`a backend that was measured has ended, with ${report.code}`)
    for (const reject of this.#onDeath.splice(0)) reject(this.#dead)
    this.settleExit?.()
  }
}
