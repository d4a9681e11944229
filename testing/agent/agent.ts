import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { IntakeLog } from '../intake/schema'
import { waitFor } from '../waiting/wait-for'
import { type Endpoint, endpointOf } from './endpoints'
import { Inbox, type ReceivedRequest } from './inbox'
import { Listener } from './listener'
import type { Metric } from './metric'
import type { Mode, RequestMode } from './mode'
import type { Profile } from './profile'
import { respond } from './respond'
import type { Span } from './span'

export interface AgentOptions {
  /** The port; 0, the default, lets the system choose. */
  readonly port?: number
  readonly mode?: Mode
}

export interface WaitLimit {
  /** Time limit in milliseconds. Default 10 000. */
  readonly timeout?: number
}

/** Starts a double of the Datadog Agent's trace API on 127.0.0.1: real HTTP, decoding what it is sent. */
export async function startAgent({ port = 0, mode = 'ok' }: AgentOptions = {}): Promise<Agent> {
  const agent = await Agent.open(port)
  await agent.setMode(mode)
  return agent
}

export class Agent {
  readonly #inbox = new Inbox()
  readonly #endpointModes = new Map<Endpoint, RequestMode>()
  readonly #listener: Listener
  #mode: RequestMode = 'ok'

  private constructor(port: number) {
    this.#listener = new Listener(port, (request, response) => {
      // A client that closed in the middle of its request sent nothing.
      this.#handle(request, response).catch(() => response.destroy())
    })
  }

  /** Rejects with EADDRINUSE if the port is in use. */
  static async open(port: number): Promise<Agent> {
    const agent = new Agent(port)
    await agent.#listener.start()
    return agent
  }

  get host(): string {
    return this.#listener.host
  }

  get port(): number {
    return this.#listener.port
  }

  /** The address for `DD_TRACE_AGENT_URL`. */
  get url(): string {
    return `http://${this.host}:${this.port}`
  }

  /** Sets the mode of all endpoints and of unknown paths; this resets the modes of single endpoints. */
  async setMode(mode: Mode): Promise<void>
  async setMode(mode: RequestMode, endpoint: Endpoint): Promise<void>
  async setMode(mode: Mode, endpoint?: Endpoint): Promise<void> {
    if (mode === 'refuse') return this.#listener.stop()
    if (endpoint) this.#endpointModes.set(endpoint, mode)
    else {
      this.#endpointModes.clear()
      this.#mode = mode
      await this.#listener.start()
    }
  }

  /** Every request in order, accepted or not; for one endpoint, or `null` for unknown paths. */
  requests(endpoint?: Endpoint | null): readonly ReceivedRequest[] {
    const all = this.#inbox.requests
    return endpoint === undefined ? all : all.filter((request) => request.endpoint === endpoint)
  }

  /** Accepted spans, in order of arrival. */
  spans(): readonly Span[] {
    return this.#inbox.spans
  }

  /** Accepted spans by trace, whichever process or payload brought them. */
  traces(): readonly (readonly Span[])[] {
    const traces = new Map<string, Span[]>()
    for (const span of this.spans()) {
      const trace = traces.get(span.traceId)
      if (trace) trace.push(span)
      else traces.set(span.traceId, [span])
    }
    return [...traces.values()]
  }

  metrics(): readonly Metric[] {
    return this.#inbox.metrics
  }

  profiles(): readonly Profile[] {
    return this.#inbox.profiles
  }

  /** The logs that it would pass on. */
  logs(): readonly IntakeLog[] {
    return this.#inbox.logs
  }

  /** Instrumentation telemetry, parsed. */
  telemetry(): readonly unknown[] {
    return this.#inbox.telemetry
  }

  async waitForSpan(matches: (span: Span) => boolean, limit: WaitLimit = {}): Promise<Span> {
    const list = () => this.spans().map(({ service, name, resource }) => `${service} ${name} ${resource}`)
    return this.#waitForOne('span', () => this.spans().find(matches), list, limit)
  }

  async waitForMetric(matches: (metric: Metric) => boolean, limit: WaitLimit = {}): Promise<Metric> {
    const list = () => this.metrics().map(({ name, value, tags }) => `${name}:${value} ${tags.join(',')}`)
    return this.#waitForOne('metric', () => this.metrics().find(matches), list, limit)
  }

  async waitForProfile(matches: (profile: Profile) => boolean, limit: WaitLimit = {}): Promise<Profile> {
    const list = () => this.profiles().map(({ event }) => event.attachments.join(' + '))
    return this.#waitForOne('profile', () => this.profiles().find(matches), list, limit)
  }

  async waitForRequest(
    matches: (request: ReceivedRequest) => boolean,
    limit: WaitLimit = {},
  ): Promise<ReceivedRequest> {
    const list = () => this.requests().map(({ method, path }) => `${method} ${path}`)
    return this.#waitForOne('request', () => this.requests().find(matches), list, limit)
  }

  /** Clears what has arrived so far. */
  clear(): void {
    this.#inbox.clear()
  }

  /** Closes the port and every connection. May be called twice. */
  async stop(): Promise<void> {
    await this.#listener.stop()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname
    const endpoint = endpointOf(path)
    const mode = (endpoint && this.#endpointModes.get(endpoint)) ?? this.#mode
    const body = await buffer(request)
    const received = this.#inbox.receive({
      endpoint,
      method: request.method ?? '',
      path,
      headers: request.headers,
      body,
    })
    await respond(mode, response, () => this.#inbox.take(received))
  }

  async #waitForOne<T>(kind: string, find: () => T, list: () => string[], limit: WaitLimit) {
    const what = () => `a matching ${kind} to reach the Agent; there came: ${list().join('; ') || 'none'}`
    return waitFor(find, { what, ...limit })
  }
}
