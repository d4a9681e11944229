import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { isThisMachine } from './api/client'
import { type Frame, parseFrame } from './api/frames'

/** Largest frame: previews come as binary frames, to everybody if a job names no client, and are ignored. */
const MAX_FRAME_BYTES = 64 * 2 ** 20
const HANDSHAKE_MS = 10_000
const MAX_RETRY_MS = 10_000

export interface EngineSocketOptions {
  /** The address of the engine's API. */
  readonly url: string
  readonly onFrame: (frame: Frame) => void
  readonly onOpen: () => void
  /** Called when an open connection is lost, not when an attempt fails. */
  readonly onLost: () => void
}

/**
 * Listens to the engine under a client id of its own: with the submitter's it would take the user's frames
 * away.
 */
export class EngineSocket {
  readonly #options: EngineSocketOptions
  readonly #address: string
  #socket: WebSocket | null = null
  #retrying: NodeJS.Timeout | null = null
  #attempt = 0
  #isOpen = false
  #isClosed = false

  constructor(options: EngineSocketOptions) {
    this.#options = options
    const address = new URL(`${options.url}/ws`)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    address.searchParams.set('clientId', `studio-monitor-${randomUUID()}`)
    this.#address = address.href
    this.#connect()
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  close(): void {
    this.#isClosed = true
    if (this.#retrying) clearTimeout(this.#retrying)
    this.#socket?.terminate()
  }

  #connect(): void {
    const socket = new WebSocket(this.#address, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      rejectUnauthorized: !isThisMachine(new URL(this.#address)),
    })
    this.#socket = socket
    socket.on('open', () => {
      this.#attempt = 0
      this.#isOpen = true
      this.#options.onOpen()
    })
    socket.on('message', (data, isBinary) => {
      const frame = isBinary ? null : parseFrame(String(data))
      if (frame) this.#options.onFrame(frame)
    })
    // `close` follows in any case.
    socket.on('error', () => {})
    socket.on('close', () => this.#onClose())
  }

  #onClose(): void {
    if (this.#isClosed) return
    const wasOpen = this.#isOpen
    this.#isOpen = false
    this.#retrying = setTimeout(() => this.#connect(), Math.min(MAX_RETRY_MS, 500 * 2 ** this.#attempt++))
    if (wasOpen) this.#options.onLost()
  }
}
