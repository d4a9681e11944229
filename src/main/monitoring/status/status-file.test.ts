import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { localDay, readStatus } from '../../records/status/status-record'
import type { JobEvent } from '../jobs/job-event'
import { StatusFile, type StatusNow } from './status-file'

const APP = {
  pid: 4711,
  name: 'Hanzo Studio',
  version: '0.1.0',
  electron: '33.2.1',
  startedAt: '2026-11-23T20:00:00.000Z',
}
const GIB = 2 ** 30

let folder: string
let warned: string[]
let jobs: JobEvent[]
let usedBytes: number | null
let opened: StatusFile[]
let more: Partial<StatusNow>

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 23, 20, 15) })
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-status-'))
  ;[warned, jobs, usedBytes, opened, more] = [[], [], GIB, [], {}]
})
afterEach(() => {
  for (const status of opened) status.end()
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

const file = () => path.join(folder, 'status.json')
const written = () => readStatus(file()).record

function now(): StatusNow {
  return {
    pid: 4712,
    url: null,
    responsive: true,
    memory: { usedBytes, limitBytes: 4 * GIB, heapUsedBytes: null, heapLimitBytes: null, growth: 0 },
    jobs,
    forecasts: [],
    consent: 'granted',
    agent: { reachable: false, reason: 'nothing listens at /home/ada/agent' },
    standby: null,
    way: 'Agent at http://localhost:8126',
    unsent: { jobs: 1, incidents: 0, profiles: 2 },
    ...more,
  }
}

function open(): StatusFile {
  const status = new StatusFile({
    path: file(),
    app: APP,
    now: Date.now,
    status: now,
    scrub: (text) => text.replaceAll('/home/ada', '~'),
    log: { warn: (line) => warned.push(line) },
  })
  opened.push(status)
  return status
}

function job(state: JobEvent['state'], id = 'job-1'): JobEvent {
  return {
    id,
    name: `portrait of /home/ada`,
    kind: null,
    state,
    progress: null,
    at: new Date().toISOString(),
  }
}

it('is written soon after a state begins, once for many events, and now and then', () => {
  const status = open()
  status.enter('starting', 'idle')
  status.enter('running', 'starting')
  expect(written()).toBeNull()
  vi.advanceTimersByTime(1_000)
  const first = written()
  expect(first).toMatchObject({
    state: 'running',
    app: APP,
    pid: 4712,
    endedAt: null,
    unsent: { profiles: 2 },
  })
  expect(first?.since).toBe(new Date(2026, 10, 23, 20, 15).toISOString())
  expect(first?.agent?.reason).toBe('nothing listens at ~/agent')
  vi.advanceTimersByTime(20_000)
  expect(Date.parse(written()?.at ?? '')).toBeGreaterThan(Date.parse(first?.at ?? '') + 9_000)
  expect(readdirSync(folder)).toEqual(['status.json'])
})

it('names the jobs that wait or run, scrubbed, and counts those that ended today', () => {
  const status = open()
  jobs = [job('running'), job('queued', 'job-2')]
  for (const state of ['running', 'done', 'done', 'cancelled', 'failed'] as const) status.heard(job(state))
  const failedAt = new Date().toISOString()
  status.jobFailed({ failedAt, resubmitted: false })
  status.jobFailed({ failedAt, resubmitted: true })
  status.jobFailed({ failedAt: '2026-11-01T12:00:00.000Z', resubmitted: false })
  vi.advanceTimersByTime(1_000)
  const record = written()
  expect(record).toMatchObject({ running: 1, waiting: 1, today: { done: 2, failed: 1, cancelled: 1 } })
  expect(record?.jobs.map(({ name }) => name)).toEqual(['portrait of ~', 'portrait of ~'])
})

it('has the home folder nowhere: in no address, job or forecast', () => {
  const at = new Date().toISOString()
  more = {
    url: 'http://127.0.0.1:8188/home/ada',
    forecasts: [
      {
        id: 'forecast of /home/ada',
        kind: 'kind of /home/ada',
        expectedBytes: GIB,
        lowBytes: GIB,
        highBytes: null,
        runs: 1,
        basis: 'runs',
        freeBytes: 0,
        boundBy: 'limit',
        leftBytes: 0,
        fits: false,
        when: 'started',
        at,
      },
    ],
  }
  jobs = [{ ...job('running', 'job of /home/ada'), kind: 'kind of /home/ada' }]
  open()
  vi.advanceTimersByTime(10_000)
  expect(written()).toMatchObject({
    url: 'http://127.0.0.1:8188~',
    agent: { reason: 'nothing listens at ~/agent' },
    jobs: [{ id: 'job of ~', name: 'portrait of ~', kind: 'kind of ~' }],
    forecasts: [{ id: 'forecast of ~', kind: 'kind of ~' }],
  })
  expect(readFileSync(file(), 'utf8')).not.toContain('/home/ada')
})

it('counts on where the run before left off, on the same day alone', () => {
  const first = open()
  first.heard(job('done'))
  first.end()
  expect(written()).toMatchObject({ endedAt: new Date().toISOString(), today: { done: 1 } })
  const second = open()
  second.heard(job('done'))
  vi.advanceTimersByTime(1_000)
  expect(written()).toMatchObject({ endedAt: null, today: { date: localDay(Date.now()), done: 2 } })
  vi.setSystemTime(new Date(2026, 10, 24, 0, 1))
  second.heard(job('done'))
  vi.advanceTimersByTime(1_000)
  expect(written()?.today).toEqual({ date: '2026-11-24', done: 1, failed: 0, cancelled: 0 })
})

it('counts restarts and deaths, not the first start', () => {
  const status = open()
  status.enter('starting', 'idle')
  status.died()
  status.enter('backing-off', 'starting')
  status.enter('starting', 'backing-off')
  vi.advanceTimersByTime(1_000)
  expect(written()).toMatchObject({ deaths: 1, restarts: 1 })
})

it('keeps seven minutes of memory, whatever else is told meanwhile', () => {
  const status = open()
  for (let second = 0; second < 900; second++) {
    usedBytes = second * 1e6
    status.changed()
    vi.advanceTimersByTime(1_000)
  }
  const { samples = [] } = written()?.memory ?? {}
  expect(samples).toHaveLength(40)
  const [first, last] = [samples[0], samples.at(-1)]
  expect(Date.parse(last?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThan(380_000)
})

it('warns once where it cannot be written, and works on', () => {
  const status = open()
  rmSync(folder, { recursive: true })
  for (let n = 0; n < 3; n++) {
    status.changed()
    vi.advanceTimersByTime(10_000)
  }
  expect(warned).toHaveLength(1)
  mkdirSync(folder)
  vi.advanceTimersByTime(10_000)
  expect(written()).not.toBeNull()
})

it.each(['no JSON', '{"schema":1}', '[]'])('moves what is no status aside: %s', async (content) => {
  const { writeFileSync } = await import('node:fs')
  writeFileSync(file(), content)
  open()
  const [aside] = readdirSync(folder)
  expect(aside).toMatch(/^status\.json\.damaged-/)
  expect(readFileSync(path.join(folder, aside ?? ''), 'utf8')).toBe(content)
})
