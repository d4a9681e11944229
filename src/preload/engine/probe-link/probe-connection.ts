import type net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ProbeMessage, parseProbeMessage } from './messages'
import { SocketLines } from './socket-lines'

/** Time between two reads, in milliseconds. */
const TOGETHER_MS = 15
/** Node reads that much at once: where it is as much, there is more. In bytes. */
const FULL_READ = 64 * 1024
/** Time for a connection to end once its engine has, in milliseconds: a process that it left behind may hold it open. */
const END_MS = 1_000

export interface ProbeConnectionOptions {
  readonly isKnown: (token: string) => boolean
  /** Called for the first message of an engine: what it says is read when that resolves. */
  readonly onEngine: (connection: ProbeConnection) => Promise<void> | null
  readonly onMessage: (message: ProbeMessage) => void
  /** Called with whole lines of a watchdog's; first of all with what came with its greeting, which may be nothing. */
  readonly onWatchdog: (text: string) => void
  /** Called when this is the connection on which a probe is answered. */
  readonly onAdmission: (connection: ProbeConnection) => void
  /** A probe has asked something, and waits: what it has said is to be read at once. */
  readonly onBell: () => void
}

/** One connection of a probe's: the events of an engine, its watchdog's stacks, or the answers to its questions. */
export class ProbeConnection {
  /** Resolves when there is nothing more to read. */
  readonly closed: Promise<void>
  readonly #socket: net.Socket
  readonly #options: ProbeConnectionOptions
  readonly #lines = new SocketLines()
  #speaker: 'unknown' | 'engine' | 'watchdog' | 'admission' = 'unknown'
  /** Lines that wait for the connection before this one. */
  #held: string[] | null = null
  /** How many want what comes read at once. */
  #hurries = 0

  constructor(socket: net.Socket, options: ProbeConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    socket.on('data', (chunk) => this.#read(chunk))
  }

  /** Reads to the end of what an engine that has ended has said. */
  async drain(): Promise<void> {
    this.#hurries++
    this.#socket.resume()
    await Promise.race([this.closed, sleep(END_MS, null, { ref: false })])
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Reads at once what has come, in however many pieces, without waiting for more. */
  hurry(): void {
    this.#hurries++
    this.#socket.resume()
    setTimeout(() => {
      this.#hurries--
    }, TOGETHER_MS)
  }

  /** Sends a line to a probe that is answered here. */
  send(line: string): void {
    this.#socket.write(`${line}\n`)
  }

  #read(chunk: Buffer): void {
    // Each wake-up of this process takes time from the engine: what comes together is read together.
    if (this.#hurries === 0 && this.#speaker !== 'admission' && chunk.length < FULL_READ) {
      this.#socket.pause()
      setTimeout(() => this.#socket.resume(), TOGETHER_MS)
    }
    const lines = this.#lines.push(chunk)
    if (lines === null) this.destroy()
    else if (this.#held) this.#held.push(...lines)
    else this.#take(lines)
  }

  #take(lines: readonly string[]): void {
    if (this.#speaker === 'watchdog') {
      this.#takeText(lines)
      return
    }
    if (this.#speaker === 'admission') {
      this.#options.onBell()
      return
    }
    for (const [at, line] of lines.entries()) {
      const message = parseProbeMessage(line)
      if (this.#speaker === 'unknown') {
        // The first word is who it is: nothing is believed before.
        if (!message || !('token' in message) || !this.#options.isKnown(message.token)) {
          this.destroy()
          return
        }
        if (message.type === 'admission') {
          this.#speaker = 'admission'
          this.#options.onAdmission(this)
          if (at + 1 < lines.length) this.#options.onBell()
          return
        }
        this.#speaker = message.type === 'watchdog' ? 'watchdog' : 'engine'
        if (this.#speaker === 'watchdog') {
          this.#takeText(lines.slice(at + 1))
          return
        }
        const before = this.#options.onEngine(this)
        if (before) {
          this.#held = lines.slice(at)
          void before.then(() => this.#takeHeld())
          return
        }
      }
      if (message) this.#options.onMessage(message)
    }
  }

  #takeText(lines: readonly string[]): void {
    this.#options.onWatchdog(lines.map((line) => `${line}\n`).join(''))
  }

  #takeHeld(): void {
    const lines = this.#held ?? []
    this.#held = null
    this.#take(lines)
  }
}
