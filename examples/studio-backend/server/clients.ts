import crypto from 'node:crypto'
import { WebSocket } from 'ws'
import type { Frame } from '../queue/outcome'

/** Bytes waiting for a client at which it is disconnected. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024

/** The connected WebSocket clients by their id. */
export class Clients {
  readonly #sockets = new Map<string, WebSocket>()

  /** Adds a socket; an older one with the same id is closed, as in the engine. Returns the client's id. */
  add(socket: WebSocket, wantedId: string | null): string {
    const id = wantedId || crypto.randomUUID().replaceAll('-', '')
    this.#sockets.get(id)?.close()
    this.#sockets.set(id, socket)
    socket.on('close', () => {
      if (this.#sockets.get(id) === socket) this.#sockets.delete(id)
    })
    // 'close' follows an error; without a listener it would end the process.
    socket.on('error', () => {})
    return id
  }

  send(id: string, frame: Frame): void {
    const socket = this.#sockets.get(id)
    if (socket?.readyState !== WebSocket.OPEN) return
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate()
    else socket.send(JSON.stringify(frame))
  }

  broadcast(frame: Frame): void {
    for (const id of this.#sockets.keys()) this.send(id, frame)
  }

  closeAll(): void {
    for (const socket of this.#sockets.values()) socket.terminate()
  }
}
