import { expect, it } from 'vitest'
import type { BackendMessage } from '../../../common/protocol/messages'
import { JobMetrics } from './job-metrics'
import { recordMetrics } from './testing/recorded'

function follow() {
  const { metrics, taken } = recordMetrics()
  const jobs = new JobMetrics(metrics)
  const of = (key: number) => {
    const ids = { traceId: null, spanId: null, parentId: null, runtimeId: null, version: null }
    const job = { key, id: 'a', name: null, kind: null, ...ids }
    const say = (message: BackendMessage) => jobs.message(message)
    const error = { name: 'Error', message: 'no' }
    return {
      queued: (queuedAt: number) => say({ type: 'job-queued', ...job, queuedAt }),
      started: (startedAt: number) => say({ type: 'job-started', ...job, startedAt }),
      done: (endedAt: number) =>
        say({ type: 'job-ended', key, endedAt, progress: null, error: null, stack: null, spanSent: false }),
      threw: (endedAt: number) =>
        say({ type: 'job-ended', key, endedAt, progress: null, error, stack: null, spanSent: false }),
      cancelled: (cancelledAt: number) => say({ type: 'job-cancelled', key, cancelledAt }),
    }
  }
  const open = () => {
    jobs.sendOpen()
    return taken().map((line) => Number(line.split(' ').at(-1)))
  }
  return { jobs, of, open, taken }
}

it('a job that waits, runs and ends', () => {
  const { of, open, taken } = follow()
  const job = of(1)
  job.queued(1_000)
  expect(open()).toEqual([0, 1])
  job.started(3_500)
  expect(taken()).toEqual(['count studio.jobs.started 1', 'distribution studio.jobs.wait 2.5'])
  expect(open()).toEqual([1, 0])
  job.done(4_000)
  expect(taken()).toEqual(['count studio.jobs.completed 1', 'distribution studio.jobs.duration 0.5 end:done'])
  expect(open()).toEqual([0, 0])
})

it('a job that never waited has no wait, and a clock that was set back no negative time', () => {
  const { of, taken } = follow()
  of(1).started(5_000)
  of(1).done(4_000)
  expect(taken()).toEqual([
    'count studio.jobs.started 1',
    'count studio.jobs.completed 1',
    'distribution studio.jobs.duration 0 end:done',
  ])
})

it('a job that is cancelled while it waits took no time, one that ran did', () => {
  const { of, taken } = follow()
  of(1).queued(0)
  of(1).cancelled(9)
  expect(taken()).toEqual(['count studio.jobs.cancelled 1'])
  of(2).started(0)
  of(2).cancelled(2_000)
  expect(taken().slice(1)).toEqual([
    'count studio.jobs.cancelled 1',
    'distribution studio.jobs.duration 2 end:cancelled',
  ])
})

it('a job that failed is counted once: by its record', () => {
  const { jobs, of, open, taken } = follow()
  of(1).started(0)
  of(1).threw(1_000)
  jobs.failed({ cause: 'job-error', durationMs: 1_000, state: 'running' })
  expect(taken().slice(1)).toEqual([
    'count studio.jobs.failed 1 cause:job-error',
    'distribution studio.jobs.duration 1 end:failed',
  ])
  expect(open()).toEqual([0, 0])
})

it('a job that was lost while it waited has no duration', () => {
  const { jobs, taken } = follow()
  jobs.failed({ cause: 'crash', durationMs: 1_000, state: 'queued' })
  expect(taken()).toEqual(['count studio.jobs.failed 1 cause:crash'])
})

it('what is open when the backend is asked to end was given up; when it dies, its records tell', () => {
  for (const asked of [true, false]) {
    const { jobs, of, open, taken } = follow()
    of(1).queued(0)
    of(2).started(0)
    taken()
    jobs.backendEnded(asked)
    expect(taken()).toEqual(asked ? ['count studio.jobs.cancelled 2'] : [])
    expect(open()).toEqual([0, 0])
  }
})

it('an end of a job that nobody knows is not counted', () => {
  const { of, taken } = follow()
  of(1).done(1)
  of(2).cancelled(1)
  expect(taken()).toEqual([])
})
