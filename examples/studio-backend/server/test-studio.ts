import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startStudioServer } from './server'

/** Runs a real server on a free port, with the requests that tests make. */

const noise = { class_type: 'NoiseImage', inputs: { width: 40, height: 30, seed: 3, scale: 8 } }
const double = {
  class_type: 'ImageScaleBy',
  inputs: { image: ['1', 0], upscale_method: 'bilinear', scale_by: 2 },
}
export const save = { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'twice' } }
export const small = { '1': noise, '2': double, '3': save }
/** A workflow that takes many seconds; it is interrupted long before that. */
export const large = { ...small, '1': { ...noise, inputs: { ...noise.inputs, width: 4_096, height: 8_000 } } }

interface ReceivedFrame {
  type: string
  data: Record<string, unknown>
}

interface QueueBody {
  queue_running: unknown[][]
  queue_pending: unknown[][]
}

export interface JobsBody {
  jobs: { id: string; status: string }[]
  pagination: unknown
}

interface HistoryEntry {
  prompt: unknown
  outputs: Record<string, { images: unknown }>
  status: { messages: [string, unknown][] }
}

export type TestStudio = Awaited<ReturnType<typeof startTestStudio>>

export async function startTestStudio() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'studio-server-'))
  const output = path.join(folder, 'out')
  const reported: string[] = []
  const { url, stop } = await startStudioServer({
    port: 0,
    folders: { input: folder, output },
    now: Date.now,
    report: (line) => reported.push(line),
  })

  async function get<Body>(target: string) {
    const response = await fetch(url + target)
    return { status: response.status, body: (await response.json()) as Body }
  }

  async function post(target: string, body: unknown) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url + target, { method: 'POST', body: text })
    return { status: response.status, body: (await response.json()) as { prompt_id: string } }
  }

  /** Resolves once the server has greeted the client. */
  async function connect(clientId: string) {
    const frames: ReceivedFrame[] = []
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`)
    socket.on('message', (data) => frames.push(JSON.parse(String(data))))
    await vi.waitFor(() => expect(frames[0]?.type).toBe('status'), 30_000)
    return { frames, socket, types: () => frames.map((frame) => frame.type) }
  }

  async function ended(id: string) {
    const entry = (await get<Record<string, HistoryEntry>>(`/history/${id}`)).body[id]
    if (!entry) throw new Error(`${id} has not ended`)
    return entry
  }

  const queue = async () => (await get<QueueBody>('/queue')).body
  return {
    url,
    stop,
    output,
    get,
    post,
    connect,
    queue,
    running: () => vi.waitFor(async () => expect((await queue()).queue_running).toHaveLength(1), 30_000),
    /** Resolves with a prompt's history once it has ended. */
    historyOf: (id: string) => vi.waitFor(() => ended(id), 30_000),
    /** Stops the server; fails when it has reported an error that nobody expected. */
    async end() {
      await stop()
      fs.rmSync(folder, { recursive: true })
      expect(reported).toEqual([])
    },
  }
}
