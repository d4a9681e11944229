import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as v from 'valibot'
import type { RequestMode } from '../agent/mode'
import { type Profile, parseProfile } from '../agent/profile'
import { respond } from '../agent/respond'
import { waitFor } from '../waiting/wait-for'
import {
  ApiKeySpansSchema,
  DistributionsSchema,
  type IntakeLog,
  type IntakeSpan,
  LogsSchema,
  ProfileEventSchema,
  SeriesSchema,
  TokenSpansSchema,
} from './schema'

export const API_KEY = '0123456789abcdef0123456789abcdef'
export const CLIENT_TOKEN = `pub${API_KEY}`
/** The certificate of the double's authority: for `NODE_EXTRA_CA_CERTS`. */
export const CA_FILE = path.join(__dirname, 'tls/ca.pem')

const tls = () => ({
  key: readFileSync(path.join(__dirname, 'tls/server.key')),
  cert: readFileSync(path.join(__dirname, 'tls/server.pem')),
})

/** `page`: 200 with a web page, as from a captive portal; `limited`: 429, to be tried again after so many seconds. */
export type IntakeMode = RequestMode | 'page' | { limited: number }

export interface IntakeRequest {
  /** The host that was asked for, without a port. */
  readonly host: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** True where it came through the double's own CONNECT proxy. */
  readonly proxied: boolean
  taken: boolean
  /** Why a payload was not valid (the answer was 400), or `null`. */
  problem: string | null
}

export interface IntakeMetric {
  readonly name: string
  readonly type: 'count' | 'gauge' | 'distribution'
  /** Seconds since the epoch. */
  readonly at: number
  readonly values: readonly number[]
  readonly tags: readonly string[]
}

/**
 * A double of Datadog's intakes over real HTTP. Three doors lead to it: a forwarding proxy (`url`, for
 * `DD_INTAKE_PROXY`), and Datadog's own hosts over TLS behind a proxy that lets through to nowhere else (`proxyUrl`, for
 * `HTTPS_PROXY`, with `CA_FILE`).
 */
export async function startIntake(): Promise<Intake> {
  const intake = new Intake()
  await intake.start()
  return intake
}

export class Intake {
  readonly requests: IntakeRequest[] = []
  readonly spans: (IntakeSpan & { readonly env: string })[] = []
  readonly profiles: Profile[] = []
  readonly metrics: IntakeMetric[] = []
  readonly logs: IntakeLog[] = []
  /** The hosts that `CONNECT` asked for. */
  readonly connects: string[] = []
  #mode: IntakeMode = 'ok'
  #clockOffsetMs = 0
  #port = 0
  #server: Server | null = null
  readonly #sockets = new Set<Duplex>()
  readonly #tls = createTlsServer(tls(), (request, response) => void this.#handle(request, response, true))

  /** For `DD_INTAKE_PROXY`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/forward`
  }

  /** For `HTTPS_PROXY`. */
  get proxyUrl(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  setMode(mode: IntakeMode): void {
    this.#mode = mode
  }

  /** The clock that its answers are dated by goes so many milliseconds ahead of this machine's. */
  setClockAhead(ms: number): void {
    this.#clockOffsetMs = ms
  }

  /** On the port that it first got. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response, false))
    server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      this.connects.push(request.url ?? '')
      this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket)).on('error', () => {}))
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      this.#tls.emit('connection', socket)
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Closes the port and every connection. May be called twice. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = null
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    this.#tls.closeAllConnections()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** The payloads that were not valid, with the reason. */
  problems(): readonly string[] {
    return this.requests.flatMap(({ path, problem }) => (problem === null ? [] : [`${path}: ${problem}`]))
  }

  waitForSpan(matches: (span: IntakeSpan) => boolean, timeout = 15_000): Promise<IntakeSpan> {
    return waitFor(() => this.spans.find(matches), {
      what: () =>
        `a span to reach the intake; there came ${this.spans.map(({ name }) => name).join(', ')}; ${this.problems()}`,
      timeout,
    })
  }

  async #handle(request: IncomingMessage, response: ServerResponse, proxied: boolean): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://double')
      const forwarded = url.pathname === '/forward' ? url.searchParams.get('ddforward') : null
      const received: IntakeRequest = {
        host: (request.headers.host ?? '').replace(/:\d+$/, ''),
        path: forwarded ?? `${url.pathname}${url.search}`,
        headers: request.headers,
        body: await buffer(request),
        proxied,
        taken: false,
        problem: null,
      }
      this.requests.push(received)
      response.setHeader('date', new Date(Date.now() + this.#clockOffsetMs).toUTCString())
      await this.#respond(received, response)
    } catch {
      // A client that went away in the middle of its request sent nothing.
      response.destroy()
    }
  }

  async #respond(received: IntakeRequest, response: ServerResponse): Promise<void> {
    const mode = this.#mode
    if (mode === 'page') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel</html>')
    } else if (typeof mode === 'object' && 'limited' in mode) {
      response.writeHead(429, { 'retry-after': String(mode.limited), 'content-type': 'application/json' })
      response.end('{"errors":["Too many requests"]}')
    } else {
      await respond(mode, response, () => this.#take(received))
    }
  }

  async #take(received: IntakeRequest) {
    const key = received.headers['dd-api-key']
    const isForwarded = !received.proxied
    if (key !== API_KEY && key !== CLIENT_TOKEN && !(isForwarded && key === undefined))
      return { status: 403, body: { errors: ['Forbidden'] } }
    try {
      const isKnown = await this.#keep(received, key === API_KEY)
      if (!isKnown) return { status: 404, body: { errors: ['Not found'] } }
    } catch (error) {
      received.problem = String(error)
      return { status: 400, body: { errors: [received.problem] } }
    }
    received.taken = true
    return { status: 202, body: {} }
  }

  async #keep({ host, path: asked, headers, body }: IntakeRequest, isApiKey: boolean): Promise<boolean> {
    if (Number(headers['content-length']) !== body.length) throw new Error('no Content-Length')
    const [pathname] = asked.split('?')
    if (pathname === '/api/v2/spans' && isApiKey) {
      expectHost(host, /^public-trace-http-intake\.logs\.datadoghq\.(com|eu)$/)
      const { traces } = v.parse(ApiKeySpansSchema, JSON.parse(body.toString()))
      for (const { env, spans } of traces) this.spans.push(...spans.map((span) => ({ ...span, env })))
    } else if (pathname === '/api/v2/spans') {
      expectHost(host, /^(browser-intake-datadoghq\.(com|eu)|127\.0\.0\.1)$/)
      if (!asked.endsWith('?ddsource=electron')) throw new Error('no ddsource')
      const chunks = v.parse(TokenSpansSchema, JSON.parse(body.toString()))
      for (const { env, spans } of chunks) this.spans.push(...spans.map((span) => ({ ...span, env })))
    } else if (pathname === '/api/v2/logs') {
      expectHost(
        host,
        isApiKey
          ? /^http-intake\.logs\.datadoghq\.(com|eu)$/
          : /^(browser-intake-datadoghq\.(com|eu)|127\.0\.0\.1)$/,
      )
      this.logs.push(...v.parse(LogsSchema, JSON.parse(body.toString())))
    } else if (pathname === '/api/v2/profile' && isApiKey) {
      expectHost(host, /^intake\.profile\.datadoghq\.(com|eu)$/)
      const profile = await parseProfile(body, headers['content-type'] ?? '')
      v.parse(ProfileEventSchema, profile.event)
      for (const [name, data] of profile.attachments)
        if (data.readUInt16BE() !== GZIP) throw new Error(`${name} is not compressed`)
      this.profiles.push(profile)
    } else if (pathname === '/api/v2/series' && isApiKey) {
      expectHost(host, /^api\.datadoghq\.(com|eu)$/)
      for (const { metric, type, points, tags } of v.parse(SeriesSchema, JSON.parse(body.toString()))
        .series) {
        for (const { timestamp, value } of points)
          this.metrics.push({
            name: metric,
            type: type === 1 ? 'count' : 'gauge',
            at: timestamp,
            values: [value],
            tags,
          })
      }
    } else if (pathname === '/api/v1/distribution_points' && isApiKey) {
      expectHost(host, /^api\.datadoghq\.(com|eu)$/)
      for (const { metric, points, tags } of v.parse(DistributionsSchema, JSON.parse(body.toString()))
        .series) {
        for (const [at, values] of points)
          this.metrics.push({ name: metric, type: 'distribution', at, values, tags })
      }
    } else return false
    return true
  }
}

/** The first bytes of what gzip has packed. */
const GZIP = 0x1f8b

function expectHost(host: string, expected: RegExp): void {
  if (!expected.test(host)) throw new Error(`asked of ${host}`)
}
