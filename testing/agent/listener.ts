import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'

/** An HTTP server that can stop and start again on the port it first got. */
export class Listener {
  readonly host = '127.0.0.1'
  #port: number
  #server: Server | null = null
  readonly #onRequest: RequestListener

  /** @param port 0 lets the system choose at the first start */
  constructor(port: number, onRequest: RequestListener) {
    this.#port = port
    this.#onRequest = onRequest
  }

  get port(): number {
    return this.#port
  }

  /** Rejects with EADDRINUSE if the port is in use. */
  async start(): Promise<void> {
    if (this.#server) return
    const server = createServer(this.#onRequest)
    server.listen(this.#port, this.host)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The double has no TCP port')
    this.#port = address.port
    this.#server = server
  }

  /** Closes the port and every connection at once, even without a response. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = null
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}
