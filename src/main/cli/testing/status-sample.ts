import { localDay, type StatusRecord } from '../../records/status/status-record'
import { NOW } from './run'

const GIB = 2 ** 30
const at = new Date(NOW - 10_000).toISOString()

/** A status as this process, taken for an app, wrote it ten seconds before `NOW`. */
export function statusRecord(over: Partial<StatusRecord> = {}): StatusRecord {
  return {
    schema: 1,
    at,
    app: {
      pid: process.pid,
      name: 'Hanzo Studio',
      version: '0.1.0',
      electron: '33.2.1',
      startedAt: '2026-11-23T19:15:00.000Z',
    },
    endedAt: null,
    state: 'running',
    since: '2026-11-23T20:13:00.000Z',
    pid: 4712,
    url: null,
    responsive: true,
    memory: {
      usedBytes: 2 * GIB,
      limitBytes: 4 * GIB,
      heapUsedBytes: GIB,
      heapLimitBytes: 4 * GIB,
      growth: 0,
      samples: [1, 2, 3, 4].map((n) => ({ at, usedBytes: n * GIB })),
    },
    running: 1,
    waiting: 0,
    jobs: [{ id: 'job-1', name: 'portrait', kind: 'prompt', state: 'running', progress: 0.4, at }],
    today: { date: localDay(NOW), done: 12, failed: 1, cancelled: 0 },
    forecasts: [],
    deaths: 2,
    restarts: 2,
    consent: 'granted',
    agent: { reachable: false, reason: 'connect ECONNREFUSED' },
    standby: null,
    way: 'Agent at http://localhost:8126',
    unsent: { jobs: 1, incidents: 2, profiles: 0 },
    ...over,
  }
}
