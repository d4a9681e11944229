import fs from 'node:fs'
import type http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import v8 from 'node:v8'
import { FILE_NAME } from '../nodes/files'
import { endedView, historyView, isJobStatus, jobsView, queueView } from './engine-views'
import { type Answer, errorAnswer, readJson } from './http'
import { type Studio, Submissions } from './submit'

export interface Call {
  readonly request: http.IncomingMessage
  readonly query: URLSearchParams
  /** The path after the route's own, decoded. */
  readonly rest: string
}

export type Route = (call: Call) => Answer | Promise<Answer>

const OK: Answer = { status: 200, body: {} }

/** The engine's API. Keys are `METHOD path`; a path that ends in a slash takes one more segment. */
export function studioRoutes(studio: Studio): ReadonlyMap<string, Route> {
  const { queue } = studio
  const submissions = new Submissions(studio)
  return new Map<string, Route>([
    ['POST /prompt', withJson((body) => submissions.submit(body))],
    ['GET /prompt', () => json({ exec_info: { queue_remaining: queue.remaining } })],
    ['GET /queue', () => json(queueView(queue))],
    ['POST /queue', withJson((body) => changeQueue(studio, body))],
    ['POST /interrupt', withJson((body) => interrupt(studio, body))],
    [
      'GET /history',
      ({ query }) => json(historyView(queue, count(query, 'max_items', Number.MAX_SAFE_INTEGER))),
    ],
    ['GET /history/', ({ rest }) => oneOfHistory(studio, rest)],
    ['GET /jobs', ({ query }) => jobs(studio, query)],
    ['GET /view', ({ query }) => view(studio, query)],
    ['GET /system_stats', () => json(systemStats())],
  ])
}

function withJson(route: (body: unknown) => Answer): Route {
  return async ({ request }) => {
    const body = await readJson(request)
    return body.ok ? route(body.value) : body.answer
  }
}

function json(body: unknown): Answer {
  return { status: 200, body }
}

function changeQueue({ queue }: Studio, body: unknown): Answer {
  const { clear, delete: ids } = fieldsOf(body)
  if (clear === true) queue.remove('all')
  if (ids === undefined) return OK
  if (!Array.isArray(ids)) return errorAnswer(400, 'invalid_delete', 'delete is not a list of prompt ids')
  queue.remove(ids.filter((id) => typeof id === 'string'))
  return OK
}

function interrupt({ queue }: Studio, body: unknown): Answer {
  const { prompt_id } = fieldsOf(body)
  if (prompt_id === undefined || typeof prompt_id === 'string') {
    queue.interrupt(prompt_id)
    return OK
  }
  return errorAnswer(400, 'invalid_prompt_id', 'prompt_id is not a string')
}

function oneOfHistory({ queue }: Studio, id: string): Answer {
  const ended = queue.history.get(id)
  return json(ended ? Object.fromEntries([[id, endedView(ended)]]) : {})
}

function jobs({ queue }: Studio, query: URLSearchParams): Answer {
  const wanted = (query.get('status') ?? '').split(',').filter((status) => status !== '')
  const statuses = wanted.filter(isJobStatus)
  if (statuses.length < wanted.length) {
    return errorAnswer(400, 'invalid_status', 'Invalid status', wanted.join(','))
  }
  return json(jobsView(queue, statuses, count(query, 'offset', 0), count(query, 'limit', 1_000)))
}

async function view({ folders }: Studio, query: URLSearchParams): Promise<Answer> {
  const filename = query.get('filename') ?? ''
  const type = query.get('type') ?? 'output'
  if (!FILE_NAME.test(filename) || (query.get('subfolder') ?? '') !== '' || !isFolder(type)) {
    return errorAnswer(
      400,
      'invalid_filename',
      'filename is not the name of a PNG file, or type not output or input',
    )
  }
  try {
    const bytes = await fs.promises.readFile(path.join(folders[type], filename))
    return { status: 200, file: { contentType: 'image/png', bytes } }
  } catch {
    return errorAnswer(404, 'not_found', 'There is no such image', filename)
  }
}

function isFolder(type: string): type is 'input' | 'output' {
  return type === 'input' || type === 'output'
}

/** The system's memory in bytes. `heap` is not in the engine's response: here images live in it. */
function systemStats() {
  const { used_heap_size, heap_size_limit } = v8.getHeapStatistics()
  const [ram_total, ram_free] = [os.totalmem(), os.freemem()]
  return {
    system: {
      os: process.platform,
      ram_total,
      ram_free,
      node_version: process.version,
      argv: process.argv.slice(1),
      heap: { used: used_heap_size, limit: heap_size_limit },
    },
    devices: [{ name: 'cpu', type: 'cpu', index: null, vram_total: ram_total, vram_free: ram_free }],
  }
}

function count(query: URLSearchParams, name: string, fallback: number): number {
  const value = query.get(name) ?? ''
  return /^\d{1,9}$/.test(value) ? Number(value) : fallback
}

function fieldsOf(body: unknown): Partial<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? body : {}
}
