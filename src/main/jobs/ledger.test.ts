import { describe, expect, it } from 'vitest'
import { Ledger } from './ledger'
import { toFailedJob } from './open-job'
import { OOM, openJob, started, T0 } from './testing/samples'

describe('the ledger', () => {
  it('follows a job from its start over its progress to its end', () => {
    const ledger = new Ledger()
    expect(ledger.start(1, started(7))).toEqual(openJob(7))
    expect(ledger.progress(1, 7, 0.5)).toEqual(openJob(7, { progress: 0.5 }))
    expect(ledger.end(1, 7)).toEqual(openJob(7, { progress: 0.5 }))
    expect([ledger.end(1, 7), ledger.progress(1, 7, 1), ledger.size]).toEqual([null, null, 0])
  })

  it('takes no more than its limit, and no job twice', () => {
    const ledger = new Ledger(2)
    const taken = [1, 1, 2, 3].map((key) => ledger.start(1, started(key)) !== null)
    expect(taken).toEqual([true, false, true, false])
    ledger.end(1, 1)
    expect(ledger.start(1, started(3))).not.toBeNull()
  })

  it('closes the jobs of the backend that died, not those of the next one', () => {
    const ledger = new Ledger()
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
      startedAt: '2026-01-02T03:04:05.000Z',
      failedAt: '2026-01-02T03:04:10.000Z',
      durationMs: 5_000,
      progress: 0.5,
      cause: 'heap-out-of-memory',
      oom: true,
      incidentId: 'incident-1',
      error: null,
      traceId: '123',
      spanId: '456',
      reported: false,
    })
  })

  it('has no negative duration when the wall clock was set back', () => {
    expect(toFailedJob(openJob(1), { ...OOM, at: T0 - 60_000 }, 'id').durationMs).toBe(0)
  })
})
