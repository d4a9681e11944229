import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { MAX_OPEN_JOBS } from '../../../common/protocol/messages'
import type { FailedJob } from './failed-job'
import { JobRecords } from './job-records'
import { encodeLine } from './journal-format'
import { readJobs } from './read-only'
import { electronStore } from './testing/outside-electron'
import { ended, failedJob, ids, OOM, openJob, queued, started, T0 } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

const openFile = await electronStore()
let runs = 0

function open(dataFolder: string, keep = 1000) {
  const { log, troubles, lines } = captureLog()
  const clock = { at: T0 }
  const failed: FailedJob[] = []
  const run = runs++
  let n = 0
  const records = JobRecords.open({
    dataFolder,
    keep,
    log,
    now: () => clock.at,
    openFile,
    newId: () => `id-${run}-${n++}`,
    onFailed: (batch) => failed.push(...batch),
  })
  onTestFinished(() => records.stop())
  return { records, troubles, lines, clock, failed }
}

const view = (folder: string): FailedJob[] =>
  JSON.parse(readFileSync(join(folder, 'failed-jobs.json'), 'utf8')).jobs

describe('job records', { timeout: 30_000 }, () => {
  it('say nothing of a job that completed', () => {
    const folder = temporaryFolder()
    const { records } = open(folder)
    records.jobStarted(1, started(1))
    expect(records.open()).toEqual([openJob(1)])
    expect(records.jobEnded(1, ended(1))).toBeNull()
    expect([records.open(), records.list(), readJobs(folder).open]).toEqual([[], [], []])
  })

  it('have one record of a job whose end the journal lost and the list knows', () => {
    const folder = temporaryFolder()
    const first = open(folder)
    first.records.jobStarted(1, started(1))
    first.records.jobQueued(1, queued(2))
    const lost = first.records.backendDied(1, OOM)
    expect(first.records.flush()).toBe(true)
    first.records.stop()
    const segment = join(folder, 'journal', '00000001.jsonl')
    const kept = readFileSync(segment, 'utf8')
      .split('\n')
      .filter((line) => !line.includes('job-failed'))
    writeFileSync(segment, kept.join('\n'))
    expect(readJobs(folder)).toMatchObject({ jobs: lost, open: [] })
    const { records } = open(folder)
    expect(records.recovered).toEqual([])
    expect(ids(records.list()).toSorted()).toEqual(ids(lost).toSorted())
  })

  it('have a job that threw, at once on disk', () => {
    const folder = temporaryFolder()
    const { records, failed } = open(folder)
    records.jobStarted(1, started(1))
    records.jobProgress(1, 1, 0.7)
    const record = records.jobEnded(1, ended(1, { error: { name: 'TypeError', message: 'no' } }))
    expect(record).toMatchObject({
      jobId: 'job-1',
      cause: 'job-error',
      oom: false,
      incidentId: null,
      durationMs: 1_000,
      progress: 0.7,
      error: { name: 'TypeError', message: 'no' },
      reported: false,
    })
    expect(failed).toEqual([record])
    expect(readJobs(folder)).toEqual({ jobs: [record], open: [], problems: [] })
    expect(records.flush()).toBe(true)
    expect(view(folder)).toEqual([record])
  })

  it('count job errors in quick succession once they are flushed together', async () => {
    const { records, failed } = open(temporaryFolder())
    for (let key = 0; key < 50; key++) {
      records.jobStarted(1, started(key))
      records.jobEnded(1, ended(key, { error: { name: 'Error', message: 'no' } }))
    }
    expect(failed).toHaveLength(1)
    await vi.waitFor(() => expect(failed).toHaveLength(50), 30_000)
    expect(failed).toEqual(records.list())
  })

  it('have every job that was open when the backend died, and none of the next backend', () => {
    const folder = temporaryFolder()
    const { records, failed } = open(folder)
    for (const key of [1, 2, 3]) records.jobStarted(1, started(key))
    records.jobEnded(1, ended(2))
    records.jobStarted(2, started(1))
    const lost = records.backendDied(1, OOM)
    expect(lost.map(({ jobId, cause, incidentId }) => [jobId, cause, incidentId])).toEqual([
      ['job-1', 'heap-out-of-memory', 'incident-1'],
      ['job-3', 'heap-out-of-memory', 'incident-1'],
    ])
    expect(failed).toEqual(lost)
    expect(readJobs(folder)).toEqual({ jobs: lost, open: [openJob(1, { generation: 2 })], problems: [] })
    expect(records.backendDied(1, OOM)).toEqual([])
  })

  it('have a job that waited when the backend died, and say that it had not begun', () => {
    const folder = temporaryFolder()
    const { records } = open(folder)
    records.jobQueued(1, queued(1))
    records.jobQueued(1, queued(2))
    records.jobStarted(1, started(1, { startedAt: T0 + 1_000 }))
    expect(readJobs(folder).open).toEqual(records.open())
    const lost = records.backendDied(1, OOM)
    expect(lost).toMatchObject([
      { jobId: 'job-1', state: 'running', durationMs: 4_000, spanId: '456', parentId: '78' },
      { jobId: 'job-2', state: 'queued', durationMs: 0, spanId: '455', parentId: '78' },
    ])
    const queuedAt = new Date(T0).toISOString()
    expect(lost.map((job) => job.queuedAt)).toEqual([queuedAt, queuedAt])
    expect(readJobs(folder)).toEqual({ jobs: lost, open: [], problems: [] })
  })

  it('say nothing of a job that was cancelled, before it ran or while it did', () => {
    const folder = temporaryFolder()
    const { records } = open(folder)
    records.jobQueued(1, queued(1))
    records.jobStarted(1, started(2))
    for (const key of [1, 2, 3]) records.jobCancelled(1, key)
    expect(records.backendDied(1, OOM)).toEqual([])
    expect(readJobs(folder)).toEqual({ jobs: [], open: [], problems: [] })
  })

  it('are not reported again when the backend itself sends the span of what failed', () => {
    const { records } = open(temporaryFolder())
    for (const spanSent of [true, false]) {
      records.jobStarted(1, started(1))
      records.jobEnded(1, ended(1, { error: { name: 'Error', message: 'no' }, spanSent }))
    }
    expect(records.list().map(({ reported }) => reported)).toEqual([true, false])
  })

  it('are complete for as many open jobs as are tracked, with one warning for the ones above', () => {
    const folder = temporaryFolder()
    const { records, troubles } = open(folder, 20_000)
    for (let key = 0; key < MAX_OPEN_JOBS + 5; key++) records.jobStarted(1, started(key))
    expect(records.backendDied(1, OOM)).toHaveLength(MAX_OPEN_JOBS)
    expect(troubles()).toHaveLength(1)
    expect(readJobs(folder).jobs).toHaveLength(MAX_OPEN_JOBS)
  })

  it('remember which ones Datadog has', () => {
    const folder = temporaryFolder()
    const { records } = open(folder)
    for (const key of [1, 2]) records.jobStarted(1, started(key))
    const [first, second] = records.backendDied(1, OOM)
    records.markReported([first?.id ?? '', 'unknown'])
    records.stop()
    const again = open(folder).records
    expect(again.list()).toEqual([{ ...first, reported: true }, second])
    expect(view(folder)).toEqual(again.list())
  })

  it('go on when a listener throws', () => {
    const { log, troubles } = captureLog()
    const onFailed = () => {
      throw new Error('listener')
    }
    const records = JobRecords.open({
      dataFolder: temporaryFolder(),
      keep: 5,
      log,
      now: Date.now,
      openFile,
      onFailed,
    })
    onTestFinished(() => records.stop())
    records.jobStarted(1, started(1))
    expect(records.backendDied(1, OOM)).toHaveLength(1)
    expect(troubles()[0]?.fields.error).toBe('listener')
  })
})

describe('at the next start', () => {
  it('jobs left open by an app that was killed are app-killed, once, at its last sign of life', () => {
    const folder = temporaryFolder()
    const killed = open(folder)
    killed.records.jobStarted(1, started(1))
    killed.clock.at = T0 + 60_000
    killed.records.jobStarted(1, started(2, { startedAt: T0 + 60_000 }))
    const { records, troubles } = open(folder)
    expect(records.recovered.map(({ jobId, cause, durationMs }) => [jobId, cause, durationMs])).toEqual([
      ['job-1', 'app-killed', 60_000],
      ['job-2', 'app-killed', 0],
    ])
    expect(records.list()).toEqual(records.recovered)
    expect(troubles()).toHaveLength(1)
    const third = open(folder).records
    expect(third.recovered).toEqual([])
    expect(third.list()).toEqual(records.list())
  })

  it('a job that waited then is app-killed too, and one the user gave up by quitting is not', () => {
    const folder = temporaryFolder()
    const killed = open(folder)
    killed.records.jobQueued(1, queued(1))
    killed.records.jobQueued(1, queued(2))
    killed.records.jobStarted(1, started(2))
    const { records } = open(folder)
    expect(records.recovered).toMatchObject([
      { jobId: 'job-1', state: 'queued', cause: 'app-killed', durationMs: 0 },
      { jobId: 'job-2', state: 'running', cause: 'app-killed' },
    ])
    records.jobQueued(1, queued(3))
    records.stop()
    expect(open(folder).records.list()).toHaveLength(2)
  })

  it('the progress of such a job is known to half a minute', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const folder = temporaryFolder()
    const { records, clock } = open(folder)
    records.jobStarted(1, started(1))
    records.jobProgress(1, 1, 0.4)
    clock.at = T0 + 31_000
    vi.advanceTimersByTime(5_000)
    records.jobProgress(1, 1, 0.5)
    expect(open(folder).records.recovered).toMatchObject([{ progress: 0.4, durationMs: 31_000 }])
  })

  it('jobs that were open when the user quit are not called lost', () => {
    const folder = temporaryFolder()
    const { records } = open(folder)
    records.jobStarted(1, started(1))
    records.jobStarted(2, started(1))
    records.stop()
    expect(open(folder).records.list()).toEqual([])
  })

  it('failed-jobs.json is rebuilt from the journal when it is lost or damaged', () => {
    const folder = temporaryFolder()
    const { records } = open(folder)
    records.jobStarted(1, started(1))
    const lost = records.backendDied(1, OOM)
    records.stop()
    for (const damage of [
      () => rmSync(join(folder, 'failed-jobs.json')),
      () => writeFileSync(join(folder, 'failed-jobs.json'), 'null'),
    ]) {
      damage()
      open(folder).records.stop()
      expect(view(folder)).toEqual(lost)
    }
  })

  it('the journal takes its records back from failed-jobs.json when it is lost itself', () => {
    const folder = temporaryFolder()
    const old = [failedJob(1), failedJob(2, { reported: true }), failedJob(3)]
    writeFileSync(join(folder, 'failed-jobs.json'), JSON.stringify({ jobs: old }))
    const { records, troubles } = open(folder, 2)
    expect(records.list()).toEqual(old.slice(1))
    expect(troubles().map(({ fields }) => fields)).toEqual([{ records: 2 }])
    expect(ids(readJobs(folder).jobs).slice(-2)).toEqual(['record-2', 'record-3'])
    records.flush()
    rmSync(join(folder, 'failed-jobs.json'))
    expect(open(folder).records.list()).toEqual(old.slice(1))
  })

  it('a journal of a newer version keeps failed-jobs.json untouched too', () => {
    const folder = temporaryFolder()
    const first = open(folder).records
    first.jobStarted(1, started(1))
    first.backendDied(1, OOM)
    first.stop()
    const before = readFileSync(join(folder, 'failed-jobs.json'), 'utf8')
    const [segment = ''] = readdirSync(join(folder, 'journal'))
    const path = join(folder, 'journal', segment)
    appendFileSync(path, encodeLine({ type: 'segment', at: 1, schema: 9 }))
    const { records, troubles } = open(folder)
    records.jobStarted(1, started(5))
    expect(records.backendDied(1, OOM)).toHaveLength(1)
    records.stop()
    expect(records.list()).toHaveLength(2)
    expect(readFileSync(join(folder, 'failed-jobs.json'), 'utf8')).toBe(before)
    expect(troubles()).toHaveLength(1)
    expect(readJobs(folder).problems).toEqual([expect.stringContaining('newer version')])
  })
})
