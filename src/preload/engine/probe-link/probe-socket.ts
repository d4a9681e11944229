import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { ProbeMessage } from './messages'
import { ProbeConnection } from './probe-connection'

/** `sun_path` has 104 bytes on macOS and 108 on Linux, a zero at its end included. */
const MAX_SOCKET_PATH = 103
/** Most connections at once: an engine has three, and each Python that its nodes start may have as many. */
const MAX_CONNECTIONS = 300

/**
 * While a connection is paused the kernel keeps what comes, and one read takes it all: read ahead it would come in as many
 * pieces as there were messages, each with a pause of its own. Node's since 18.17, and missing in the types of 20.14.
 */
const READ_WHEN_ASKED: net.ServerOpts & { readonly highWaterMark: number } = { highWaterMark: 1 }

export interface ProbeSocketOptions {
  /** The probe's folder: the socket lies in it where its path is short enough, else in a temporary folder of its own. */
  readonly folder: string
  readonly onMessage: (message: ProbeMessage) => void
  /** Takes what the watchdog writes, in whole lines; nothing when it connects. */
  readonly onWatchdog: (text: string) => void
  /** Called when the connection on which the engine speaks is closed, and no other has taken its place. */
  readonly onClosed: () => void
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
  readonly #connections = new Set<ProbeConnection>()
  /** The one that tells what the engine does. */
  #engine: ProbeConnection | null = null
  /** The one on which it is answered. */
  #admission: ProbeConnection | null = null

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
    this.#server = net.createServer(READ_WHEN_ASKED, (connection) => this.#accept(connection))
    this.#server.maxConnections = MAX_CONNECTIONS
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

  /** Sends a line to the engine that speaks; lost where none hears. */
  send(line: string): void {
    this.#admission?.send(line)
  }

  close(): void {
    this.#server.close()
    for (const connection of this.#connections) connection.destroy()
    if (this.#temporary !== null) rmSync(this.#temporary, { recursive: true, force: true })
  }

  /** Reads what connections hold of an engine that has ended, until they have ended too. */
  async drain(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.drain()))
  }

  #accept(socket: net.Socket): void {
    const connection = new ProbeConnection(socket, {
      isKnown: (token) => isSame(token, this.token),
      onEngine: (engine) => {
        const before = this.#engine
        this.#engine = engine
        // An engine that replaces itself has ended its connection before: what it said last comes first.
        return before && this.#connections.has(before) ? before.drain() : null
      },
      onMessage: this.#options.onMessage,
      onWatchdog: this.#options.onWatchdog,
      onAdmission: (admission) => {
        this.#admission = admission
      },
      onBell: () => this.#engine?.hurry(),
    })
    this.#connections.add(connection)
    connection.closed.then(() => {
      this.#connections.delete(connection)
      if (this.#admission === connection) this.#admission = null
      if (this.#engine === connection) this.#options.onClosed()
    })
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
