// @ts-check
import { once } from 'node:events'
import http from 'node:http'
import { json } from 'node:stream/consumers'

/** The state of an intake. @typedef {'well' | 'away' | 'hangs' | 'HTTP 503'} Condition */

/** Stands at the place of Datadog's intake of spans, for `DD_INTAKE_PROXY`. It keeps the numbers of the spans alone. */
export class BenchIntake {
  /** The number of each span that came, in the order that they came. @type {number[]} */
  numbers = []
  /** The requests that were taken: when, in milliseconds, and how large. @type {{ at: number, bytes: number }[]} */
  taken = []
  #port = 0
  /** @type {http.Server | null} */
  #server = null

  /** @param {Condition} condition */
  constructor(condition) {
    this.condition = condition
  }

  /** @param {Condition} condition @returns {Promise<BenchIntake>} */
  static async start(condition) {
    const intake = new BenchIntake(condition)
    await intake.#listen()
    if (condition === 'away') intake.#close()
    return intake
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/forward`
  }

  /** From now on it takes what comes. */
  async recover() {
    this.condition = 'well'
    this.taken = []
    if (this.#server === null) await this.#listen()
    else this.#server.closeAllConnections()
  }

  stop() {
    this.#close()
  }

  async #listen() {
    const server = http.createServer((request, response) => void this.#take(request, response))
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = /** @type {import('node:net').AddressInfo} */ (server.address()).port
    this.#server = server
  }

  #close() {
    this.#server?.closeAllConnections()
    this.#server?.close()
    this.#server = null
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async #take(request, response) {
    if (this.condition === 'hangs') return
    if (this.condition === 'HTTP 503') {
      request.resume().on('end', () => response.writeHead(503).end())
      return
    }
    const chunks = /** @type {{ spans: { resource: string }[] }[]} */ (await json(request))
    for (const { spans } of chunks) for (const { resource } of spans) this.numbers.push(Number(resource))
    this.taken.push({ at: performance.now(), bytes: Number(request.headers['content-length']) })
    response.writeHead(202, { 'content-type': 'application/json' }).end('{}')
  }
}
