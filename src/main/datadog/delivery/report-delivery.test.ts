import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import type { Mode } from '../../../../testing/agent/mode'
import { decodeSpans } from '../../../../testing/agent/span'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { incident } from '../../cli/testing/incident-sample'
import { IncidentStore } from '../../records/incidents/incident-store'
import { readIncidents } from '../../records/incidents/read-incidents'
import { JobRecords } from '../../records/jobs/job-records'
import { readJobs } from '../../records/jobs/read-only'
import { electronStore } from '../../records/jobs/testing/outside-electron'
import { ended, started } from '../../records/jobs/testing/samples'
import { agentIntake } from '../intake/agent-intake'
import { IDENTITY } from '../spans/testing/identity'
import { ReportDelivery, type ReportDeliveryOptions } from './report-delivery'

const openFile = await electronStore()
const T0 = Date.UTC(2026, 10, 23, 20, 13)

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** In milliseconds: an Agent that answers may take its time on a slow machine. */
const PATIENCE_MS = 30_000
/** For one that does not answer in time, in milliseconds. */
const TIMEOUT_MS = 1_000

function open(dataFolder = temporaryFolder(), more: Partial<ReportDeliveryOptions> = {}) {
  const { log, lines } = captureLog()
  const jobs = JobRecords.open({ dataFolder, keep: 1000, log, now: () => T0, openFile })
  const incidents = new IncidentStore({ dataFolder, log, now: Date.now })
  const backoff = { firstMs: 30, lastMs: 60 }
  const delivery = new ReportDelivery({
    jobs,
    incidents,
    identity: IDENTITY,
    intake: agentIntake(agent.url),
    log,
    now: () => T0,
    random: () => 0.5,
    timeoutMs: PATIENCE_MS,
    backoff,
    ...more,
  })
  const close = async (deadlineMs: number) => {
    await delivery.stop(deadlineMs)
    jobs.stop()
  }
  onTestFinished(() => close(0))
  /** Jobs that throw, a second apart. */
  const fail = (from: number, to: number) => {
    for (let n = from; n <= to; n++) {
      const at = T0 + n * 1_000
      jobs.jobStarted(1, started(n, { startedAt: at, spanId: String(n + 1) }))
      jobs.jobEnded(1, ended(n, { endedAt: at + 10, error: { name: 'Error', message: 'no' } }))
    }
  }
  /** Records an incident half a second after the job of that number. */
  const die = (n: number) => {
    const at = new Date(T0 + n * 1_000 + 500).toISOString()
    const [date, time, ms] = at.replaceAll(/[-:Z]/g, '').split(/[T.]/)
    incidents.write(incident({ id: `${date}-${time}-${ms}0`, at }))
  }
  const levels = () => lines.map(({ level }) => level)
  return { delivery, jobs, incidents, dataFolder, fail, die, close, lines, levels }
}

/** The reports that the Agent accepted, in order: jobs by number, incidents by the second. */
const taken = () => agent.spans().map(nameOf)
const nameOf = ({ meta, startMs }: { meta: Readonly<Record<string, string>>; startMs: number }) =>
  meta['studio.job.id'] ?? `incident-${Math.floor((startMs - T0) / 1_000)}`
const takes = (...names: string[]) =>
  waitFor(() => taken().length >= names.length, { what: () => `${names}; came ${taken()}` }).then(() =>
    expect(taken()).toEqual(names),
  )
const attempts = (count: number) =>
  waitFor(() => agent.requests('traces').length >= count, { what: `${count} attempts` })
/** The `reported` marks, as another process reads them from the disk. */
const marks = (dataFolder: string) => ({
  jobs: readJobs(dataFolder).jobs.map(({ reported }) => reported),
  incidents: readIncidents(dataFolder).incidents.map(({ reported }) => reported),
})

describe('what waits', { timeout: 30_000 }, () => {
  test('is delivered oldest first in one request, and marked on disk at once', async () => {
    const { delivery, fail, die, dataFolder, lines } = open()
    fail(0, 2)
    die(1)
    delivery.wake()
    await takes('job-0', 'job-1', 'incident-1', 'job-2')
    expect(agent.requests('traces')).toHaveLength(1)
    await waitFor(() => marks(dataFolder).incidents[0], { what: 'the mark' })
    expect(marks(dataFolder)).toEqual({ jobs: [true, true, true], incidents: [true] })
    expect(lines).toEqual([])
  })

  test('comes once, however often and late it is asked for', async () => {
    await agent.setMode({ slow: 30 })
    const { delivery, fail, die, close } = open()
    for (let n = 0; n < 20; n++) {
      fail(n, n)
      if (n % 5 === 0) die(n)
      delivery.wake()
      if (n % 3 === 0) await attempts(1 + n / 6)
    }
    await waitFor(() => taken().length >= 24, { what: () => `24 spans; came ${taken()}` })
    await close(1_000)
    expect(new Set(taken()).size).toBe(24)
    expect(taken()).toHaveLength(24)
  })

  test('is bounded in one request by number', async () => {
    const { delivery, fail } = open(undefined, { limits: { spans: 10, bytes: 1e6 } })
    fail(0, 24)
    delivery.wake()
    await waitFor(() => taken().length === 25, { what: '25 spans' })
    const sizes = agent.requests('traces').map(({ body }) => decodeSpans(body).length)
    expect(sizes).toEqual([10, 10, 5])
  })

  test('a damaged incident is passed over', async () => {
    const { delivery, die, fail, dataFolder, lines } = open()
    for (const n of [0, 1]) die(n)
    const [first] = readIncidents(dataFolder).incidents
    writeFileSync(join(dataFolder, 'incidents', `${first?.id}.json`), '{')
    fail(2, 2)
    delivery.wake()
    await takes('incident-1', 'job-2')
    expect(lines).toEqual([])
  })

  test.each([
    ['of long ago', 20, '18 hours'],
    ['of a clock that was put back since', -3, '2 hours ahead'],
  ])('%s is sent with its true time, and the log says what Datadog does with it', async (_, hours, words) => {
    const { delivery, die, fail, lines } = open(undefined, { now: () => T0 + hours * 60 * 60 * 1_000 })
    die(0)
    fail(1, 1)
    delivery.wake()
    await takes('incident-0', 'job-1')
    expect(agent.spans()[0]?.startMs).toBe(T0 + 500)
    await waitFor(() => lines.length > 0, { what: 'the line' })
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining(words) }])
  })
})

describe('an Agent that does not take it', { timeout: 30_000 }, () => {
  const modes: [string, Mode][] = [
    ['refuse', 'refuse'],
    ['hang', 'hang'],
    ['reset', 'reset'],
    ['garbage', 'garbage'],
    ['500', { status: 500 }],
    ['404, as anything else at that port', { status: 404 }],
    ['429', { status: 429 }],
    ['slow beyond the timeout', { slow: TIMEOUT_MS + 300 }],
  ]
  const timeoutFor = (mode: Mode) =>
    mode === 'hang' || (typeof mode === 'object' && 'slow' in mode) ? { timeoutMs: TIMEOUT_MS } : {}
  test.each(modes)('%s: kept, tried again, delivered once, two lines', async (_, mode) => {
    await agent.setMode(mode)
    const { delivery, fail, die, dataFolder, close, lines, levels } = open(undefined, timeoutFor(mode))
    fail(0, 1)
    die(1)
    delivery.wake()
    await waitFor(() => lines.length > 0, { what: 'the line that the Agent is away' })
    if (mode !== 'refuse') await attempts(5)
    for (let n = 0; n < 5; n++) delivery.wake()
    expect(marks(dataFolder)).toEqual({ jobs: [false, false], incidents: [false] })
    expect(levels()).toEqual(['warn'])
    await agent.setMode('ok')
    await takes('job-0', 'job-1', 'incident-1')
    await close(1_000)
    expect(taken()).toHaveLength(3)
    expect(marks(dataFolder)).toEqual({ jobs: [true, true], incidents: [true] })
    expect(levels()).toEqual(['warn', 'info'])
  })

  test('is asked again at once when something else has reached it', async () => {
    await agent.setMode({ status: 503 })
    const { delivery, fail, lines } = open(undefined, { backoff: { firstMs: 1e8, lastMs: 1e8 } })
    fail(0, 0)
    delivery.wake()
    await waitFor(() => lines.length > 0, { what: 'the line that the Agent is away' })
    await agent.setMode('ok')
    delivery.agentIsBack()
    await takes('job-0')
  })

  test('its answer that never ends is none', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const drip = setInterval(() => response.write(' '), 10)
        response.once('close', () => clearInterval(drip))
      })
    }).listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')
    const agentUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { delivery, fail, lines, dataFolder } = open(undefined, {
      intake: agentIntake(agentUrl),
      timeoutMs: 300,
    })
    fail(0, 0)
    delivery.wake()
    await waitFor(() => lines.length > 0, { what: 'the line that the Agent is away' })
    expect(lines).toMatchObject([{ fields: { reason: 'no answer within 0.3 s' } }])
    expect(marks(dataFolder).jobs).toEqual([false])
  })
})

/** An Agent that fails at one job and accepts all others. */
async function pickyAgent(poison: string, status: number) {
  const names: string[] = []
  const server = createServer(async (request, response) => {
    const spans = decodeSpans(await buffer(request)).map(nameOf)
    if (spans.includes(poison)) return void response.writeHead(status).end()
    names.push(...spans)
    response.end('{"rate_by_service":{}}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { agentUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, names }
}

describe('a record that the Agent fails at', { timeout: 30_000 }, () => {
  test.each([400, 413, 500])('with %i holds up no other, and is left in the end', async (status) => {
    const { agentUrl, names } = await pickyAgent('job-3', status)
    const { delivery, fail, dataFolder, lines, close } = open(undefined, { intake: agentIntake(agentUrl) })
    fail(0, 9)
    delivery.wake()
    await waitFor(() => names.length === 9, { what: () => `nine jobs; came ${names}` })
    // Later jobs bring it to its last attempt.
    for (let n = 10; n < 20; n++) {
      fail(n, n)
      delivery.wake()
      await waitFor(() => names.includes(`job-${n}`), { what: `job ${n}` })
    }
    await waitFor(() => lines.length > 0, { what: 'the line that one is refused' })
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('next start') }])
    expect(names).toEqual(Array.from({ length: 20 }, (_, n) => `job-${n}`).filter((name) => name !== 'job-3'))
    await close(1_000)
    expect(marks(dataFolder).jobs.filter((reported) => !reported)).toHaveLength(1)
    const next = open(dataFolder)
    next.delivery.wake()
    await takes('job-3')
  })
})

describe('a restart of the app', { timeout: 30_000 }, () => {
  test('in the middle: each is delivered once, with its true time', async () => {
    await agent.setMode('refuse')
    const first = open()
    first.fail(0, 2)
    first.die(2)
    first.jobs.jobStarted(1, started(7, { startedAt: T0 + 5_000 }))
    first.delivery.wake()
    await waitFor(() => first.lines.length > 0, { what: 'the line that the Agent is away' })
    await first.delivery.stop(0)
    // Killed here: nothing of the first one is stopped or flushed.
    await agent.setMode('ok')
    const second = open(first.dataFolder)
    expect(second.jobs.recovered).toHaveLength(1)
    second.delivery.wake()
    await takes('job-0', 'job-1', 'job-2', 'incident-2', 'job-7')
    expect(agent.spans().map(({ startMs }) => startMs - T0)).toEqual([0, 1_000, 2_000, 2_500, 5_000])
    await second.close(1_000)
    const third = open(first.dataFolder)
    third.delivery.wake()
    await third.close(1_000)
    expect(taken()).toHaveLength(5)
    const view = JSON.parse(readFileSync(join(first.dataFolder, 'failed-jobs.json'), 'utf8'))
    expect(view.jobs.map(({ reported }: { reported: boolean }) => reported)).toEqual([true, true, true, true])
  })
})

describe('the end', { timeout: 30_000 }, () => {
  test('sends what came last', async () => {
    const { fail, die, close, dataFolder } = open()
    fail(0, 0)
    die(0)
    await close(5_000)
    expect(taken()).toEqual(['job-0', 'incident-0'])
    expect(marks(dataFolder)).toEqual({ jobs: [true], incidents: [true] })
  })

  test('keeps its deadline with an Agent that hangs, and what was not delivered', async () => {
    await agent.setMode('hang')
    const { delivery, fail, close, dataFolder, levels } = open(undefined, { timeoutMs: 60_000 })
    fail(0, 2)
    delivery.wake()
    await attempts(1)
    const startedAt = performance.now()
    await close(100)
    // Far from the minute that an answer is waited for.
    expect(performance.now() - startedAt).toBeLessThan(20_000)
    expect(marks(dataFolder).jobs).toEqual([false, false, false])
    expect(levels()).toEqual([])
  })
})
