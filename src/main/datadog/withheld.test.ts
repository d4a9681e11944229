import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Agent, startAgent } from '../../../testing/agent/agent'
import { captureLog } from '../../../testing/log/capture-log'
import { temporaryFolder } from '../../../testing/program/program'
import { sendGate } from '../../common/privacy/send-gate'
import { incident } from '../cli/testing/incident-sample'
import { incidentId } from '../records/incidents/build-incident'
import { failedJob } from '../records/jobs/testing/samples'
import { requestAgent } from './agent/send'
import { ReportOutbox } from './delivery/report-outbox'
import { agentIntake } from './intake/agent-intake'
import { LogDelivery } from './logs/log-delivery'
import { AgentMetrics } from './metrics/agent-metrics'
import { recordMetrics } from './metrics/testing/recorded'
import { IDENTITY } from './spans/testing/identity'
import { UnsentFolder } from './unsent/unsent-folder'

/** A day of its own for each test: the process's gate forgets no denied time. */
let T0 = Date.UTC(2026, 10, 23, 20, 13)
const MINUTE = 60_000

let agent: Agent
beforeEach(async () => {
  T0 += 24 * 60 * MINUTE
  vi.useFakeTimers({ now: T0, toFake: ['Date'] })
  agent = await startAgent()
})
afterEach(async () => {
  sendGate.answer('granted')
  vi.useRealTimers()
  await agent.stop()
})

const later = (ms: number) => vi.setSystemTime(Date.now() + ms)
const ask = () =>
  requestAgent(
    { method: 'GET', path: '/info', headers: {}, body: [] },
    { agentUrl: agent.url, timeoutMs: 2_000 },
  )

test('no request is made without consent, and one that is under way ends with it', async () => {
  sendGate.answer('pending')
  await expect(ask()).rejects.toThrow('nothing leaves this machine without consent')
  expect(agent.requests()).toEqual([])
  sendGate.answer('granted')
  await agent.setMode('hang')
  const asked = expect(ask()).rejects.toThrow('nothing leaves this machine without consent')
  await agent.waitForRequest(() => true)
  sendGate.answer('denied')
  await asked
})

test('metrics that waited for an answer go out with their time; those of a denied time never do', async () => {
  const port = { ...recordMetrics().client, flush: (done?: () => void) => done?.() }
  const metrics = new AgentMetrics({ agentUrl: agent.url, tags: [], now: Date.now, port, onSent: () => {} })
  const flush = () => new Promise<void>((done) => metrics.flush(done))
  const count = (by: number) => metrics.increment('studio.jobs.failed', by)
  sendGate.answer('pending')
  count(1)
  await flush()
  expect(agent.requests()).toEqual([])
  later(MINUTE)
  sendGate.answer('granted')
  await flush()
  expect(agent.metrics().map(({ value, at }) => [value, at])).toEqual([[1, T0 / 1_000]])
  sendGate.answer('pending')
  count(2)
  later(1_000)
  await flush()
  count(3)
  later(1_000)
  sendGate.answer('denied')
  count(4)
  later(1_000)
  await flush()
  count(5)
  later(1_000)
  sendGate.answer('granted')
  await flush()
  later(1_000)
  count(6)
  await flush()
  expect(agent.metrics().map(({ value }) => value)).toEqual([1, 6])
})

test('failed jobs and incidents of a denied time are not among those to send, and no incident names those jobs', async () => {
  const iso = (ms: number) => new Date(ms).toISOString()
  const jobAt = (n: number, from: number, to: number) =>
    failedJob(n, {
      queuedAt: null,
      startedAt: iso(T0 + from),
      failedAt: iso(T0 + to),
      incidentId: 'i',
      reported: false,
    })
  sendGate.answer('denied', T0)
  sendGate.answer('granted', T0 + MINUTE)
  const jobs = [
    jobAt(1, -9_000, -1_000),
    jobAt(2, 10_000, 20_000),
    jobAt(3, 30_000, 70_000),
    jobAt(4, 70_000, 80_000),
  ]
  const ids = [-1_000, 30_000, 80_000].map((ms) => incidentId(T0 + ms, 0))
  const outbox = new ReportOutbox({
    jobs: { list: () => jobs, markReported: () => true, markable: true },
    incidents: {
      durable: true,
      retry: () => {},
      unreported: () => ids,
      unreportedOf: () => incident({ id: 'i', jobIds: jobs.map(({ jobId }) => jobId) }),
      markReported: () => true,
    },
    identity: IDENTITY,
    intake: agentIntake(agent.url),
    log: captureLog().log,
    now: Date.now,
  })
  const waiting = outbox.waiting().map(({ id }) => id)
  expect(waiting.toSorted()).toEqual([ids[0], 'record-1', ids[2], 'record-4'].toSorted())
})

test('spans on disk of a denied time are deleted, those of before and after are sent', async () => {
  const folder = join(temporaryFolder(), 'unsent')
  const unsent = new UnsentFolder({ folder, log: captureLog().log, now: Date.now })
  for (const n of [1, 2, 3]) {
    await unsent.add([`{"n":${n}}`], 1)
    later(MINUTE)
  }
  sendGate.answer('denied', T0 + MINUTE - 1_000)
  sendGate.answer('granted', T0 + MINUTE + 30_000)
  unsent.withhold((from, to) => sendGate.isWithheld(from, to))
  expect(readdirSync(folder)).toHaveLength(2)
  expect(await Promise.all(unsent.files.map((file) => unsent.read(file)))).toEqual([['{"n":1}'], ['{"n":3}']])
})

test('log lines wait for an answer; a no drops them, and a backend that ran in that time has no last words', async () => {
  vi.useFakeTimers({ now: T0 })
  const sent: string[] = []
  const delivery = new LogDelivery({
    intake: {
      name: 'Datadog',
      sendLogs: async (json) => {
        sent.push(...(JSON.parse(json) as { message: string }[]).map(({ message }) => message))
        return { outcome: 'accepted' }
      },
    },
    identity: IDENTITY,
    log: captureLog().log,
    random: () => 0.5,
  })
  const line = (message: string) => delivery.line(JSON.stringify({ time: '', level: 'info', message }))
  sendGate.answer('pending')
  line('waited')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toEqual([])
  sendGate.answer('granted')
  await vi.advanceTimersByTimeAsync(10_000)
  sendGate.answer('pending')
  line('waited in vain')
  sendGate.answer('denied')
  line('denied')
  await vi.advanceTimersByTimeAsync(10_000)
  sendGate.answer('granted')
  await vi.advanceTimersByTimeAsync(10_000)
  const died = (uptimeMs: number) =>
    delivery.death(
      incident({ at: new Date().toISOString(), uptimeMs, lastWords: [`last words after ${uptimeMs}`] }),
    )
  died(15_000)
  died(5_000)
  line('later')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toEqual(['waited', 'last words after 5000', 'later'])
  await delivery.stop(0)
})
