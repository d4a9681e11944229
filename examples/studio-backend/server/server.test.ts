import { AsyncLocalStorage } from 'node:async_hooks'
import diagnosticsChannel from 'node:diagnostics_channel'
import fs from 'node:fs'
import path from 'node:path'
import { PNG } from 'pngjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startStudioServer } from './server'
import { type JobsBody, large, small, startTestStudio, type TestStudio } from './test-studio'

let studio: TestStudio
beforeEach(async () => {
  studio = await startTestStudio()
})
afterEach(() => studio.end())

test('a prompt is run, told to its client, remembered, and its image is a PNG on disk', async () => {
  const mine = await studio.connect('mine')
  const other = await studio.connect('other')
  expect(mine.frames[0]?.data).toEqual({ status: { exec_info: { queue_remaining: 0 } }, sid: 'mine' })
  const submitted = await studio.post('/prompt', { prompt: small, client_id: 'mine' })
  expect(submitted).toEqual({
    status: 200,
    body: { prompt_id: expect.any(String), number: 0, node_errors: {} },
  })
  const id = submitted.body.prompt_id

  const entry = await studio.historyOf(id)
  expect(entry.status).toMatchObject({ status_str: 'success', completed: true })
  expect(entry.status.messages.map(([type]) => type)).toEqual([
    'execution_start',
    'execution_cached',
    'execution_success',
  ])
  expect(entry.prompt).toEqual([0, id, small, { client_id: 'mine' }, ['3']])
  expect(entry.outputs['3']?.images).toEqual([
    { filename: 'twice_00001_.png', subfolder: '', type: 'output' },
  ])
  const png = PNG.sync.read(fs.readFileSync(path.join(studio.output, 'twice_00001_.png')))
  expect([png.width, png.height]).toEqual([80, 60])
  const viewed = await fetch(`${studio.url}/view?filename=twice_00001_.png&type=output`)
  expect(viewed.headers.get('content-type')).toBe('image/png')
  expect(PNG.sync.read(Buffer.from(await viewed.arrayBuffer())).data).toEqual(png.data)

  await vi.waitFor(
    () => expect(mine.frames.at(-1)?.data.status).toEqual({ exec_info: { queue_remaining: 0 } }),
    30_000,
  )
  const told = mine.frames.filter(({ type }) => type !== 'status' && type !== 'progress')
  expect(told.map(({ type, data }) => (type === 'executing' ? `executing ${data.node}` : type))).toEqual([
    'execution_start',
    'execution_cached',
    'executing 1',
    'executing 2',
    'executing 3',
    'executed',
    'execution_success',
    'executing null',
  ])
  expect(told.every(({ data }) => data.prompt_id === id)).toBe(true)
  const progress = mine.frames.filter(({ type }) => type === 'progress').map(({ data }) => data)
  expect(progress).toContainEqual({ value: 60, max: 60, prompt_id: id, node: '2' })
  await vi.waitFor(() => expect(other.frames.length).toBeGreaterThan(2), 30_000)
  expect(new Set(other.types())).toEqual(new Set(['status']))
})

test('what runs and what waits can be seen, and an interrupt lets the next one run', async () => {
  const first = (await studio.post('/prompt', { prompt: large, prompt_id: 'first' })).body
  await studio.running()
  await studio.post('/prompt', { prompt: small, prompt_id: 'second', extra_data: { note: 1 } })
  await studio.post('/api/prompt', { prompt: small, prompt_id: 'urgent', front: true })
  expect(first).toEqual({ prompt_id: 'first', number: 0, node_errors: {} })
  const { queue_running, queue_pending } = await studio.queue()
  expect(queue_running.map((entry) => entry.slice(0, 2))).toEqual([[0, 'first']])
  expect(queue_pending).toEqual([
    [-2, 'urgent', small, {}, ['3']],
    [1, 'second', small, { note: 1 }, ['3']],
  ])
  const open = (await studio.get<JobsBody>('/api/jobs?status=in_progress,pending')).body
  expect(open.pagination).toEqual({ offset: 0, limit: 1000, total: 3, has_more: false })
  const statuses = open.jobs.map(({ id, status }) => `${id} ${status}`)
  expect(statuses.sort()).toEqual(['first in_progress', 'second pending', 'urgent pending'])
  expect((await studio.get('/prompt')).body).toEqual({ exec_info: { queue_remaining: 3 } })

  expect((await studio.post('/prompt', { prompt: small, prompt_id: 'second' })).status).toBe(400)
  expect((await studio.post('/interrupt', { prompt_id: 'second' })).status).toBe(200)
  expect((await studio.queue()).queue_running).toHaveLength(1)
  expect((await studio.post('/interrupt', '')).status).toBe(200)
  const interrupted = await studio.historyOf('first')
  expect(interrupted.status).toMatchObject({ status_str: 'error', completed: false })
  expect(interrupted.status.messages.at(-1)?.[0]).toBe('execution_interrupted')
  await studio.historyOf('second')
  expect(Object.keys((await studio.get<object>('/history')).body)).toEqual(['first', 'urgent', 'second'])
  expect(Object.keys((await studio.get<object>('/history?max_items=1')).body)).toEqual(['second'])
  const done = (await studio.get<JobsBody>('/api/jobs?status=completed,cancelled')).body.jobs
  expect(done.map(({ id }) => id).sort()).toEqual(['first', 'second', 'urgent'])
})

test('waiting prompts can be deleted', async () => {
  await studio.post('/prompt', { prompt: large })
  for (const prompt_id of ['a', 'b']) await studio.post('/prompt', { prompt: small, prompt_id })
  await studio.post('/queue', { delete: ['a'] })
  expect((await studio.queue()).queue_pending.map((entry) => entry[1])).toEqual(['b'])
  await studio.post('/queue', { clear: true })
  expect((await studio.queue()).queue_pending).toEqual([])
})

test('HTTP is answered while pixels are worked on', async () => {
  await studio.post('/prompt', { prompt: large, prompt_id: 'long' })
  await studio.running()
  const asked = performance.now()
  for (let index = 0; index < 10; index++) expect((await studio.get('/system_stats')).status).toBe(200)
  expect(performance.now() - asked).toBeLessThan(2_000)
  expect((await studio.queue()).queue_running).toHaveLength(1)
})

test('a second socket with the same id replaces the first', async () => {
  const first = await studio.connect('mine')
  const second = await studio.connect('mine')
  await vi.waitFor(() => expect(first.socket.readyState).toBe(WebSocket.CLOSED), 30_000)
  const { prompt_id } = (await studio.post('/prompt', { prompt: small, client_id: 'mine' })).body
  await studio.historyOf(prompt_id)
  await vi.waitFor(() => expect(second.types()).toContain('execution_success'), 30_000)
  expect(first.types()).not.toContain('execution_start')
})

test('stopping ends connections and the running prompt; a taken port is refused', async () => {
  const ended = new Promise((resolve) =>
    diagnosticsChannel.channel('tracing:studio.job:asyncEnd').subscribe(resolve),
  )
  const client = await studio.connect('mine')
  await studio.post('/prompt', { prompt: large })
  const options = { port: Number(new URL(studio.url).port), folders: { input: '', output: '' } }
  const second = startStudioServer({ ...options, now: Date.now, report: () => {} })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await studio.stop()
  await ended
  await vi.waitFor(() => expect(client.socket.readyState).toBe(WebSocket.CLOSED), 30_000)
  await expect(fetch(`${studio.url}/queue`)).rejects.toThrow()
})

test('a job is announced in the async context of the request that submitted it', async () => {
  const request = new AsyncLocalStorage<string>()
  const requests = diagnosticsChannel.channel('http.server.request.start')
  const jobs = diagnosticsChannel.channel('studio.job.queued')
  const seen: unknown[] = []
  const enter = (message: unknown) => {
    const incoming = (message as { request: { headers: Record<string, string> } }).request
    request.enterWith(incoming.headers['x-test-name'] ?? 'unnamed')
  }
  const note = () => void seen.push(request.getStore())
  requests.subscribe(enter)
  jobs.subscribe(note)
  try {
    for (const name of ['first', 'second']) {
      const headers = { 'x-test-name': name }
      const body = JSON.stringify({ prompt: small, prompt_id: name })
      await fetch(`${studio.url}/prompt`, { method: 'POST', body, headers })
    }
    await studio.historyOf('second')
  } finally {
    requests.unsubscribe(enter)
    jobs.unsubscribe(note)
  }
  expect(seen).toEqual(['first', 'second'])
})
