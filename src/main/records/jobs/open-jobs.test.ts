import { describe, expect, it } from 'vitest'
import { toFailedJob } from './open-job'
import { OpenJobs } from './open-jobs'
import { OOM, openJob, queued, started, T0 } from './testing/samples'

describe('the ledger', () => {
  it('follows a job from its start over its progress to its end', () => {
    const ledger = new OpenJobs()
    expect(ledger.start(1, started(7))).toEqual(openJob(7))
    expect(ledger.progress(1, 7, 0.5)).toEqual(openJob(7, { progress: 0.5 }))
    expect(ledger.end(1, 7)).toEqual(openJob(7, { progress: 0.5 }))
    expect([ledger.end(1, 7), ledger.progress(1, 7, 1), ledger.size]).toEqual([null, null, 0])
  })

  it('knows a job that waits, until it runs or is taken out', () => {
    const ledger = new OpenJobs()
    const waiting = openJob(7, { state: 'queued', queuedAt: T0, spanId: '455' })
    expect([ledger.queue(1, queued(7)), ledger.queue(1, queued(8))]).toEqual([
      waiting,
      { ...waiting, ...openJob(8, { state: 'queued', queuedAt: T0, spanId: '455' }) },
    ])
    expect(ledger.queue(1, queued(7))).toBeNull()
    const running = openJob(7, { queuedAt: T0, startedAt: T0 + 9 })
    expect(ledger.start(1, started(7, { startedAt: T0 + 9 }))).toEqual(running)
    expect([ledger.start(1, started(7)), ledger.queue(1, queued(7))]).toEqual([null, null])
    expect(ledger.end(1, 8)?.state).toBe('queued')
    expect(ledger.list()).toEqual([running])
  })

  it('takes no more than its limit, and no job twice', () => {
    const ledger = new OpenJobs(2)
    const taken = [1, 1, 2, 3].map((key) => ledger.start(1, started(key)) !== null)
    expect(taken).toEqual([true, false, true, false])
    ledger.end(1, 1)
    expect(ledger.start(1, started(3))).not.toBeNull()
  })

  it('counts those that wait, and always lets one of them run', () => {
    const ledger = new OpenJobs(2)
    expect(ledger.queue(1, queued(1))).not.toBeNull()
    expect(ledger.start(1, started(2))).not.toBeNull()
    expect([ledger.queue(1, queued(3)), ledger.start(1, started(3))]).toEqual([null, null])
    expect(ledger.start(1, started(1))).not.toBeNull()
  })

  it('closes the jobs of the backend that died, not those of the next one', () => {
    const ledger = new OpenJobs()
    ledger.start(1, started(1))
    ledger.start(2, started(1))
    ledger.start(1, started(2))
    expect(ledger.close(1).map(({ key }) => key)).toEqual([1, 2])
    expect(ledger.list()).toEqual([openJob(1, { generation: 2 })])
  })
})

describe('a record', () => {
  it('says what died, when and why', () => {
    expect(toFailedJob(openJob(7, { progress: 0.5 }), OOM, 'id')).toEqual({
      schema: 1,
      id: 'id',
      jobId: 'job-7',
      name: 'upscale',
      kind: 'image',
      state: 'running',
      queuedAt: null,
      startedAt: '2026-01-02T03:04:05.000Z',
      failedAt: '2026-01-02T03:04:10.000Z',
      durationMs: 5_000,
      progress: 0.5,
      cause: 'heap-out-of-memory',
      oom: true,
      incidentId: 'incident-1',
      node: null,
      peakBytes: null,
      growthBytes: null,
      error: null,
      stack: null,
      fingerprint: null,
      runtimeId: 'r-1',
      version: '1.2.3',
      traceId: '123',
      spanId: '456',
      parentId: '78',
      resubmitted: false,
      reported: false,
    })
  })

  it('of a job that had not begun says so, and that it ran for no time', () => {
    const job = openJob(7, { state: 'queued', queuedAt: T0, spanId: '455' })
    expect(toFailedJob(job, OOM, 'id')).toMatchObject({
      state: 'queued',
      queuedAt: '2026-01-02T03:04:05.000Z',
      startedAt: '2026-01-02T03:04:05.000Z',
      failedAt: '2026-01-02T03:04:10.000Z',
      durationMs: 0,
      spanId: '455',
    })
  })

  it('has no negative duration when the wall clock was set back', () => {
    expect(toFailedJob(openJob(1), { ...OOM, at: T0 - 60_000 }, 'id').durationMs).toBe(0)
  })
})
