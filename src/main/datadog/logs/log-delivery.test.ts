import * as v from 'valibot'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LogsSchema } from '../../../../testing/intake/schema'
import { captureLog } from '../../../../testing/log/capture-log'
import { incident } from '../../cli/testing/incident-sample'
import type { DeliveryResult } from '../agent/response'
import { IDENTITY } from '../spans/testing/identity'
import { LogDelivery } from './log-delivery'

const line = (message: string, more: object = {}) =>
  JSON.stringify({ time: '2026-11-23T20:13:00.000Z', level: 'info', message, ...more })

function open() {
  const requests: v.InferOutput<typeof LogsSchema>[] = []
  const state: { answer: DeliveryResult } = { answer: { outcome: 'accepted' } }
  const { log, lines } = captureLog()
  const delivery = new LogDelivery({
    intake: {
      name: 'Datadog',
      sendLogs: async (json) => {
        requests.push(v.parse(LogsSchema, JSON.parse(json)))
        return state.answer
      },
    },
    identity: IDENTITY,
    log,
    random: () => 0.5,
    backoff: { firstMs: 5_000, lastMs: 300_000 },
  })
  const messages = () => requests.map((logs) => logs.map(({ message }) => message))
  return { delivery, requests, messages, state, lines }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('lines go together, with their time, level, trace and who says them', async () => {
  const { delivery, requests } = open()
  delivery.line(line('the backend runs', { pid: 7, dd: { trace_id: 'a', span_id: '1' } }))
  delivery.line(line('memory', { level: 'warn' }))
  delivery.line(line('too fine', { level: 'debug' }))
  delivery.line('no JSON')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(requests).toEqual([
    [
      {
        message: 'the backend runs',
        status: 'info',
        timestamp: '2026-11-23T20:13:00.000Z',
        ddsource: 'studio-datadog-monitor',
        ddtags: 'team:images,env:testing,version:1.2.3,studio.process:main',
        service: 'studio',
        dd: { trace_id: 'a', span_id: '1' },
        studio: { pid: 7 },
      },
      expect.objectContaining({ message: 'memory', status: 'warn' }),
    ],
  ])
})

test('a backend’s last words are one log of its incident, scrubbed', async () => {
  const { delivery, requests } = open()
  const key = 'sk-abcdefghijklmnopqrstuvwxyz012345'
  delivery.death(incident({ lastWords: ['line 1', 'line 2', `Authorization: Bearer ${key}`] }))
  delivery.death(incident({ lastWords: [] }))
  await vi.advanceTimersByTimeAsync(2_000)
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject([
    {
      status: 'error',
      timestamp: incident().at,
      studio: { incident: { id: incident().id, cause: 'kernel-oom-kill', oom: true } },
    },
  ])
  const [log] = requests[0] ?? []
  expect(log?.message).toMatch(/^line 1\nline 2\nAuthorization/)
  expect(log?.message).not.toContain(key)
  expect(log?.ddtags).toContain('studio.process:backend')
})

test('what does not arrive waits and goes out once, oldest first; the oldest of too many are lost, and that is said', async () => {
  const { delivery, messages, requests, state, lines } = open()
  state.answer = { outcome: 'retry', reason: 'ENOTFOUND' }
  for (let n = 0; n < 1_050; n++) delivery.line(line(`line ${n}`))
  await vi.advanceTimersByTimeAsync(2_000)
  expect(requests).toHaveLength(1)
  state.answer = { outcome: 'accepted' }
  requests.length = 0
  await vi.advanceTimersByTimeAsync(5_000)
  expect(messages().flat()).toEqual(Array.from({ length: 1_000 }, (_, n) => `line ${n + 50}`))
  expect(messages().map(({ length }) => length)).toEqual([200, 200, 200, 200, 200])
  expect(lines.map(({ message }) => message)).toEqual([
    'logs do not reach Datadog: the newest wait in memory',
    'logs reach Datadog again, 50 lines were lost; logs/ has them',
  ])
  await vi.advanceTimersByTimeAsync(600_000)
  expect(messages()).toHaveLength(5)
})

test('nothing is asked before the time that a server names', async () => {
  const { delivery, requests, state } = open()
  state.answer = { outcome: 'retry', reason: 'HTTP 429', afterMs: 60_000 }
  delivery.line(line('one'))
  await vi.advanceTimersByTimeAsync(2_000)
  state.answer = { outcome: 'accepted' }
  await vi.advanceTimersByTimeAsync(59_000)
  expect(requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(requests).toHaveLength(2)
})

test('after a refusal of the key nothing is sent any more', async () => {
  const { delivery, requests, state } = open()
  state.answer = { outcome: 'forbidden', reason: 'HTTP 403' }
  delivery.line(line('one'))
  await vi.advanceTimersByTimeAsync(2_000)
  delivery.line(line('two'))
  await vi.advanceTimersByTimeAsync(600_000)
  await delivery.stop(1_000)
  expect(requests).toHaveLength(1)
})

test('a stop sends what there is, and ends at its deadline', async () => {
  const { delivery, messages } = open()
  delivery.line(line('last'))
  await delivery.stop(1_000)
  expect(messages()).toEqual([['last']])
  const hanging = new LogDelivery({
    intake: { name: 'Datadog', sendLogs: () => new Promise(() => {}) },
    identity: IDENTITY,
    log: captureLog().log,
    random: () => 0.5,
  })
  hanging.line(line('last'))
  const stopped = vi.fn()
  hanging.stop(1_000).then(stopped)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(stopped).toHaveBeenCalled()
})
