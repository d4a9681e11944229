import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

interface Kept {
  readonly id: string | number
  readonly body: Record<string, unknown>
}

/**
 * A double of the parts of Datadog's API that the import uses, over real HTTP: it keeps what it is given,
 * under ids of its own.
 */
export class ApiDouble {
  readonly dashboards: Kept[] = []
  readonly monitors: Kept[] = []
  readonly metadata = new Map<string, unknown>()
  readonly retentionFilters: Kept[] = []
  /** By metric, what was asked for last, and how. */
  readonly tagConfigurations = new Map<string, { readonly method: string; readonly data: unknown }>()
  readonly requests: {
    readonly method: string
    readonly path: string
    readonly headers: IncomingMessage['headers']
  }[] = []
  /** The response to every request, in place of the usual ones. */
  refusal: { readonly status: number; readonly body: string } | null = null
  /** True for the metrics that it has been sent. */
  seen: (metric: string) => boolean = () => true
  #url = ''

  static async start(): Promise<ApiDouble> {
    const double = new ApiDouble()
    const server = createServer(async (request, response) => {
      const body = request.method === 'GET' ? {} : ((await json(request)) as Record<string, unknown>)
      const { status, answer } = double.#answer(request, body)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    double.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return double
  }

  /** The address for `DD_SITE`. */
  get url(): string {
    return this.#url
  }

  #answer(request: IncomingMessage, body: Record<string, unknown>): { status: number; answer: unknown } {
    const { method = '', headers } = request
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#url)
    this.requests.push({ method, path: pathname, headers })
    if (this.refusal) return { status: this.refusal.status, answer: this.refusal.body }
    const [, , version, kind = '', id] = pathname.split('/')
    if (version === 'v2') return this.#answerV2(pathname.split('/').slice(3), method, body)
    if (kind === 'metrics' && id !== undefined) {
      if (!this.seen(id)) return { status: 404, answer: { errors: ['metric_name not found'] } }
      this.metadata.set(id, body)
      return { status: 200, answer: body }
    }
    if (kind === 'dashboard')
      return this.#keep(this.dashboards, method, id, body, (list) => ({ dashboards: list }))
    const tag = searchParams.get('monitor_tags')
    const tagged = (list: Record<string, unknown>[]) =>
      list.filter(({ tags }) => Array.isArray(tags) && tags.includes(tag))
    return this.#keep(this.monitors, method, id, body, tagged)
  }

  #answerV2(path: readonly string[], method: string, { data }: Record<string, unknown>) {
    const [kind, id = '', last, filter] = path
    if (kind === 'metrics' && last === 'tags') {
      if (!this.seen(id)) return { status: 404, answer: { errors: ['metric_name not found'] } }
      if (method === 'POST' && this.tagConfigurations.has(id))
        return { status: 409, answer: { errors: ['exists'] } }
      this.tagConfigurations.set(id, { method, data })
      return { status: 201, answer: { data } }
    }
    const isFilters = [kind, id, last].join('/') === 'apm/config/retention-filters'
    if (!isFilters) return { status: 404, answer: { errors: ['not found'] } }
    const list = (all: Record<string, unknown>[]) => ({ data: all })
    return this.#keep(this.retentionFilters, method, filter, (data ?? {}) as Record<string, unknown>, list)
  }

  #keep(
    kept: Kept[],
    method: string,
    id: string | undefined,
    body: Record<string, unknown>,
    list: (all: Record<string, unknown>[]) => unknown,
  ): { status: number; answer: unknown } {
    if (method === 'GET')
      return { status: 200, answer: list(kept.map((one) => ({ ...one.body, id: one.id }))) }
    const at = kept.findIndex((one) => String(one.id) === id)
    if (method === 'PUT' && at < 0) return { status: 404, answer: { errors: ['not found'] } }
    const one = { id: kept[at]?.id ?? `id-${this.requests.length}`, body }
    if (method === 'PUT') kept[at] = one
    else kept.push(one)
    return { status: 200, answer: { ...body, id: one.id } }
  }
}
