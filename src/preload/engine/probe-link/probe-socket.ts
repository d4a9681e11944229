import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { type ProbeMessage, parseProbeMessage } from './messages'

/** The probe keeps no more than that for a runner that does not read. In UTF-16 code units. */
const MAX_LINE_LENGTH = 8 * 1024 * 1024
/** Time between two reads, in milliseconds. */
const TOGETHER_MS = 20
/** `sun_path` has 104 bytes on macOS and 108 on Linux, a zero at its end included. */
const MAX_SOCKET_PATH = 103

export interface ProbeSocketOptions {
  /** The probe's folder: the socket lies in it where its path is short enough, else in a temporary folder of its own. */
  readonly folder: string
  readonly onMessage: (message: ProbeMessage) => void
}

/** The address that the probe connects to: a Unix socket that only this user reaches, or a named pipe of Windows. */
export class ProbeSocket {
  /** For the probe's environment. */
  readonly address: string
  /** Proves that a connection comes from a process that has this environment. */
  readonly token = randomBytes(16).toString('hex')
  readonly #server: net.Server
  readonly #temporary: string | null
  readonly #options: ProbeSocketOptions
  readonly #connections = new Set<net.Socket>()

  private constructor(options: ProbeSocketOptions) {
    this.#options = options
    const inside = path.join(options.folder, 'socket')
    const isShort = Buffer.byteLength(inside) <= MAX_SOCKET_PATH
    this.#temporary =
      process.platform === 'win32' || isShort ? null : mkdtempSync(path.join(os.tmpdir(), 'studio-probe-'))
    this.address =
      process.platform === 'win32'
        ? `\\\\.\\pipe\\studio-probe-${randomBytes(16).toString('hex')}`
        : this.#temporary === null
          ? inside
          : path.join(this.#temporary, 's')
    this.#server = net.createServer((connection) => this.#accept(connection))
    // A connection that cannot be accepted is not worth the runner's life.
    this.#server.on('error', () => {})
  }

  /** @throws the system's error where no socket can be made there */
  static async open(options: ProbeSocketOptions): Promise<ProbeSocket> {
    const socket = new ProbeSocket(options)
    try {
      await new Promise<void>((resolve, reject) => {
        socket.#server.once('error', reject)
        socket.#server.listen(socket.address, resolve)
      })
      if (process.platform !== 'win32') chmodSync(socket.address, 0o600)
    } catch (error) {
      socket.close()
      throw error
    }
    // The engine's life keeps the runner alive, not this.
    socket.#server.unref()
    return socket
  }

  close(): void {
    this.#server.close()
    for (const connection of this.#connections) connection.destroy()
    if (this.#temporary !== null) rmSync(this.#temporary, { recursive: true, force: true })
  }

  #accept(connection: net.Socket): void {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    let isKnown = false
    /** The watchdog writes text, which is not read here. */
    let isWatchdog = false
    this.#connections.add(connection)
    connection.on('error', () => {})
    connection.on('close', () => this.#connections.delete(connection))
    connection.on('data', (chunk) => {
      // Each wake-up of this process takes time from the engine: what comes together is read together.
      connection.pause()
      setTimeout(() => connection.resume(), TOGETHER_MS)
      if (isWatchdog) return
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > MAX_LINE_LENGTH) connection.destroy()
      for (const line of lines) {
        const message = parseProbeMessage(line)
        // The first word is who it is: nothing is believed before.
        if (!isKnown && message) isKnown = 'token' in message && isSame(message.token, this.token)
        if (!isKnown) {
          connection.destroy()
          return
        }
        isWatchdog = message?.type === 'watchdog'
        if (isWatchdog) return
        if (message) this.#options.onMessage(message)
      }
    })
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
