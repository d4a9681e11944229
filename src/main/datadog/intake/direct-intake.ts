import { randomUUID } from 'node:crypto'
import { duration } from '../../../common/output/units'
import { errorMessage } from '../../../common/storage/errors'
import { tracerVersion } from '../../../common/tracing/dd-trace/transport'
import type { Log } from '../../logging/log'
import type { DirectWay } from '../../settings/sending-way'
import type { AgentResponse, DeliveryResult } from '../agent/response'
import { type RequestLimits, requestHost } from '../agent/send'
import { profileForm, type Upload } from '../profiles/upload'
import { type Payload, type PayloadFormat, type PayloadLimits, pack } from '../spans/payload'
import { type ChunkFormat, encodeChunk } from '../spans/trace-chunk'
import type { WireSpan } from '../spans/wire-span'
import { connectionTo } from './connection'
import type { DirectMetricsOptions } from './direct-metrics'
import type { Intake } from './intake'
import { classifyIntakeResponse } from './response'
import { apiKeyUrl, proxyUrl, TOKEN_LOGS_PATH, TOKEN_SPANS_PATH, tokenUrl } from './sites'

/** More than a slow answer explains, and less than what makes Datadog drop spans (two hours ahead, 18 behind). */
export const MAX_CLOCK_SKEW_MS = 10 * 60_000

const JSON_HEADERS = { 'Content-Type': 'application/json' }

export interface DirectIntakeOptions {
  readonly way: DirectWay
  /** `DD_ENV`. */
  readonly env: string
  readonly log: Log
  /** For `HTTPS_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly now?: () => number
}

/** The way to Datadog's own intakes, without an Agent. */
export class DirectIntake implements Intake {
  readonly name: string
  readonly spansUrl: URL
  readonly chunkFormat: ChunkFormat
  readonly sendProfile: Intake['sendProfile']
  /** `null` where it takes no metrics: with a client token, as Datadog's intakes do. */
  readonly sendMetrics: DirectMetricsOptions['send'] | null
  readonly #options: DirectIntakeOptions
  readonly #payloadFormat: PayloadFormat
  #forbidden: DeliveryResult | null = null
  #isSkewLogged = false
  #clockSkewMs: number | null = null

  constructor(options: DirectIntakeOptions) {
    const { way, env } = options
    this.#options = options
    this.name = way.kind === 'proxy' ? 'the intake proxy' : `Datadog (${way.site})`
    this.chunkFormat = { env, computesStats: way.kind === 'api-key' }
    this.spansUrl = spansUrl(way)
    this.#payloadFormat = {
      encode: (span) => Buffer.from(encodeChunk([span], this.chunkFormat)),
      body: (chunks) => [this.#body(chunks.map((chunk) => Buffer.from(chunk).toString()))],
    }
    this.sendProfile =
      way.kind === 'api-key' ? (what, limits) => this.#sendProfile(what, way.site, limits) : null
    this.sendMetrics =
      way.kind === 'api-key'
        ? (track, json, limits) => this.post(apiKeyUrl(track, way.site), JSON_HEADERS, [json], limits)
        : null
  }

  packSpans(spans: Iterable<WireSpan | null>, limits?: PayloadLimits): Payload {
    return pack(spans, limits, this.#payloadFormat)
  }

  sendSpans({ spans, body }: Payload, limits: RequestLimits): Promise<DeliveryResult> {
    const headers = { ...JSON_HEADERS, ...this.#spanHeaders(spans) }
    return this.post(this.spansUrl, headers, body, limits)
  }

  sendLogs(json: string, limits: RequestLimits): Promise<DeliveryResult> {
    const { way } = this.#options
    const evp = way.kind === 'api-key' ? {} : this.#spanHeaders(0)
    return this.post(logsUrl(way), { ...JSON_HEADERS, ...evp }, [json], limits)
  }

  /** How far this machine's clock is behind Datadog's, in milliseconds, at the last request that was taken; `null` before one. */
  get clockSkewMs(): number | null {
    return this.#clockSkewMs
  }

  /** The payload of chunks that `encodeChunk` has made. */
  packChunks(chunks: readonly string[]): Payload {
    return { taken: chunks.length, spans: chunks.length, body: [this.#body(chunks)] }
  }

  /** Sends it to one of the intakes, once. Never rejects. After a refusal of the key nothing is sent any more. */
  async post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: readonly (string | Uint8Array)[],
    limits: RequestLimits,
  ): Promise<DeliveryResult> {
    if (this.#forbidden) return this.#forbidden
    const { environment, now = Date.now } = this.#options
    try {
      const length = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
      const request = {
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, ...this.#credential(), 'Content-Length': String(length) },
        body,
      } as const
      const response = await requestHost(request, url, limits, await connectionTo(url, environment))
      const result = classifyIntakeResponse(response, now())
      if (result.outcome === 'forbidden') this.#forbid(result)
      if (result.outcome === 'accepted') this.#watchClock(response, now())
      return result
    } catch (error) {
      return { outcome: 'retry', reason: errorMessage(error) }
    }
  }

  #sendProfile(what: Upload, site: string, limits: RequestLimits): Promise<DeliveryResult> {
    const { headers, body } = profileForm(what)
    return this.post(apiKeyUrl('profiles', site), headers, [...body], limits)
  }

  #body(chunks: readonly string[]): Buffer {
    const list = `[${chunks.join(',')}]`
    return Buffer.from(this.chunkFormat.computesStats ? `{"traces":${list}}` : list)
  }

  /** Sends spans as dd-trace 5.132 does with an API key, and electron-sdk 0.9 with a token. */
  #spanHeaders(count: number): Record<string, string> {
    const version = tracerVersion() ?? '0'
    if (!this.chunkFormat.computesStats) {
      return {
        'DD-EVP-ORIGIN': 'dd-trace-js',
        'DD-EVP-ORIGIN-VERSION': version,
        'DD-REQUEST-ID': randomUUID(),
      }
    }
    return {
      'Datadog-Meta-Lang': 'nodejs',
      'Datadog-Meta-Lang-Version': process.version,
      'Datadog-Meta-Lang-Interpreter': 'v8',
      'Datadog-Meta-Tracer-Version': version,
      'X-Datadog-Trace-Count': String(count),
    }
  }

  #credential(): Record<string, string> {
    const { way } = this.#options
    const secret = way.kind === 'api-key' ? way.key : way.token
    return secret === null ? {} : { 'DD-API-KEY': secret }
  }

  #forbid(result: DeliveryResult & { readonly reason: string }): void {
    if (this.#forbidden) return
    this.#forbidden = result
    const { way, log } = this.#options
    const [what, next] =
      way.kind === 'proxy'
        ? ['the intake proxy lets nothing in', 'check DD_INTAKE_PROXY and the key that it adds']
        : [
            `${this.name} does not know the ${way.kind === 'api-key' ? 'API key' : 'client token'}`,
            `check ${way.kind === 'api-key' ? 'DD_API_KEY' : 'DD_CLIENT_TOKEN'} and DD_SITE`,
          ]
    log.error(`${what}: nothing is sent before the next start, and what can wait stays on disk; ${next}`, {
      reason: result.reason,
    })
  }

  #watchClock({ headers }: AgentResponse, now: number): void {
    const skewMs = Date.parse(headers.date ?? '') - now
    if (!Number.isFinite(skewMs)) return
    this.#clockSkewMs = skewMs
    if (this.#isSkewLogged || Math.abs(skewMs) <= MAX_CLOCK_SKEW_MS) return
    this.#isSkewLogged = true
    this.#options.log.warn(describeSkew(skewMs))
  }
}

/** @param skewMs how far this machine's clock is behind, in milliseconds; more than a second or less than minus one */
export function describeSkew(skewMs: number): string {
  const direction = skewMs > 0 ? 'behind' : 'ahead of'
  return `this machine's clock is ${duration(Math.abs(skewMs))} ${direction} Datadog's: spans appear at the wrong time, or not at all`
}

function logsUrl(way: DirectWay): URL {
  switch (way.kind) {
    case 'api-key':
      return apiKeyUrl('logs', way.site)
    case 'client-token':
      return tokenUrl(way.site, TOKEN_LOGS_PATH)
    case 'proxy':
      return proxyUrl(way.url, TOKEN_LOGS_PATH)
  }
}

function spansUrl(way: DirectWay): URL {
  switch (way.kind) {
    case 'api-key':
      return apiKeyUrl('spans', way.site)
    case 'client-token':
      return tokenUrl(way.site, TOKEN_SPANS_PATH)
    case 'proxy':
      return proxyUrl(way.url, TOKEN_SPANS_PATH)
  }
}
