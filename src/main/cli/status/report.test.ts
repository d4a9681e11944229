import { describe, expect, it } from 'vitest'
import type { StatusRecord } from '../../records/status/status-record'
import { paint } from '../terminal-text'
import { NOW } from '../testing/run'
import { statusRecord } from '../testing/status-sample'
import { statusReport } from './report'

const GIB = 2 ** 30

/** The rows of a report, by the app of that record. @returns their values by their names; those without one are lines of `''` */
function rowsOf(over: Partial<StatusRecord>): Record<string, string[]> {
  const text = statusReport(
    {
      up: true,
      current: statusRecord(over),
      isSilent: false,
      last: null,
      lastIncident: null,
      isUnread: { status: false, incident: false },
      problems: [],
    },
    { now: NOW, paint: paint(false), program: 'studio-monitor' },
  )
  const rows: Record<string, string[]> = {}
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [, name = '', value = ''] = /^ {2}(\S+(?: \S+)*| ) {2,}(.*)$/.exec(line) ?? []
    rows[name.trim()] = [...(rows[name.trim()] ?? []), value]
  }
  return rows
}
const memory = statusRecord().memory

describe('the memory', () => {
  it.each([
    ['its growth a minute', { growth: 2 ** 20 }, '▃▅▇█ 2 GiB of 4 GiB (50 %), growing by 60 MiB a minute'],
    ['no growth where it shrinks', { growth: -(2 ** 20) }, '▃▅▇█ 2 GiB of 4 GiB (50 %)'],
    ['no line without samples', { samples: [] }, '2 GiB of 4 GiB (50 %)'],
    ['no share without a limit', { limitBytes: null, samples: [] }, '2 GiB, without a limit'],
    ['that it was not read', { usedBytes: null }, 'not read yet'],
  ])('has %s', (_what, over, expected) => {
    expect(rowsOf({ memory: { ...memory, ...over } }).memory).toEqual([expected])
  })

  it('has a row for the heap where that is known', () => {
    expect(rowsOf({}).heap).toEqual(['1 GiB of 4 GiB (25 %)'])
    expect(rowsOf({ memory: { ...memory, heapLimitBytes: null } }).heap).toEqual(['1 GiB, without a limit'])
    expect(rowsOf({ memory: { ...memory, heapUsedBytes: null } }).heap).toBeUndefined()
  })
})

describe('the jobs', () => {
  const job = (n: number, over = {}) => ({
    ...(statusRecord().jobs[0] as StatusRecord['jobs'][number]),
    id: `job-${n}`,
    ...over,
  })

  it('are named up to ten, and the others counted', () => {
    const jobs = Array.from({ length: 14 }, (_, n) => job(n))
    const rows = rowsOf({ jobs, running: 12, waiting: 4 })
    expect(rows['jobs now']).toEqual(['12 running, 4 waiting'])
    expect(rows['']).toHaveLength(11)
    expect(rows['']?.slice(-2)).toEqual(['portrait (job-9): running, 40 %', 'and 6 more'])
  })

  it('are told by what is known of each', () => {
    const jobs = [
      job(1, { name: null, progress: null }),
      job(2, { name: 'job-2' }),
      job(3, { state: 'queued', progress: null }),
    ]
    expect(rowsOf({ jobs, running: 2, waiting: 1 })['']).toEqual([
      'job-1: running',
      'job-2: running, 40 %',
      'portrait (job-3): waiting',
    ])
  })
})

it.each([
  [{ restarts: 0, deaths: 0 }, 'none'],
  [{ restarts: 0, deaths: 1 }, '0, after 1 death'],
  [{ restarts: 2, deaths: 3 }, '2, after 3 deaths'],
])('tells of restarts: %j', (over, expected) => {
  expect(rowsOf(over).restarts).toEqual([expected])
})

it.each([
  [{ agent: null }, 'A; waiting: 2 incidents, 1 job'],
  [{ agent: { reachable: true, reason: null } }, 'A, reachable; waiting: 2 incidents, 1 job'],
  [
    { agent: { reachable: false, reason: 'ECONNREFUSED' } },
    'A, not reachable: ECONNREFUSED; waiting: 2 incidents, 1 job',
  ],
  [{ agent: null, unsent: { jobs: 0, incidents: 0, profiles: 3 } }, 'A; waiting: 3 profiles'],
  [{ agent: null, unsent: { jobs: 0, incidents: 0, profiles: 0 } }, 'A; nothing waits'],
])('tells of the way to Datadog: %j', (over, expected) => {
  expect(rowsOf({ way: 'A', ...over }).Datadog).toEqual([expected])
})

it.each<[Partial<StatusRecord>, RegExp]>([
  [{}, /^running, process 4712, since .* \(2 min\)$/],
  [{ url: 'http://127.0.0.1:8188' }, /^running, process 4712, http:\/\/127\.0\.0\.1:8188, since /],
  [{ responsive: false }, /^unresponsive, process 4712, since /],
  [
    { state: 'backing-off', pid: null, responsive: false },
    /^down; it is started again after a pause, since /,
  ],
])('tells of the backend: %j', (over, expected) => {
  expect(rowsOf(over).backend?.[0]).toMatch(expected)
})

it('names what a terminal acts on by its letters alone', () => {
  const jobs = [{ ...(statusRecord().jobs[0] as StatusRecord['jobs'][number]), name: '\u001b[31mred' }]
  expect(rowsOf({ jobs, memory: { ...memory, usedBytes: 3 * GIB } })['']).toEqual([
    'red (job-1): running, 40 %',
  ])
})
