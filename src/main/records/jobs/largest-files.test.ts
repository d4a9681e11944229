import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { MAX_OPEN_JOBS, parseBackendMessage } from '../../../common/protocol/messages'
import { MAX_VIEW_BYTES, readFailedJobView } from './failed-job-view'
import { MAX_JOBS_KEPT } from './job-records'
import { Journal } from './journal'
import { MAX_SEGMENT_BYTES, readSettledJournal } from './journal-folder'
import { encodeLine } from './journal-format'
import { type OpenJob, toFailedJob } from './open-job'
import { electronStore } from './testing/outside-electron'
import { ended, failedJob, OOM, started, T0 } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

const LONG = 10_000
const UUID = '00000000-0000-0000-0000-000000000000'

/** The largest record that a backend can cause, from the characters that take most room in a file. */
function largest(character: string) {
  const text = character.repeat(LONG)
  const names = { id: text, name: text, kind: text, version: text }
  const ids = { traceId: text, spanId: text, parentId: text, runtimeId: text }
  const start = parseBackendMessage(started(Number.MAX_SAFE_INTEGER, { ...names, ...ids }))
  const end = parseBackendMessage(ended(1, { error: { name: text, message: text }, stack: text }))
  if (start?.type !== 'job-started' || end?.type !== 'job-ended') throw new Error('not taken')
  const { type: _, ...job } = start
  const open: OpenJob = {
    ...job,
    generation: 1_000_000,
    state: 'running',
    queuedAt: T0 + 0.123,
    progress: 1 / 3,
    recordId: UUID,
  }
  const death = { ...OOM, incidentId: '20260102-030405-1234', error: end.error, stack: end.stack }
  return { open, record: toFailedJob(open, death, UUID) }
}

describe.each([['x'], ['漢'], ['🦄'], ['\u0001'], ['"']])('the largest files, of %j', (character) => {
  const { open, record } = largest(character)
  const openLine = Buffer.byteLength(encodeLine({ type: 'job-started', at: T0 + 0.123, job: open }))
  const failure = { type: 'job-failed', at: T0 + 0.123, record, closes: null }
  const failureLine = Buffer.byteLength(encodeLine(failure))

  it('a snapshot, and what is added before the next one, can be read again', () => {
    const snapshot = MAX_JOBS_KEPT * failureLine + MAX_OPEN_JOBS * openLine
    expect(snapshot + 4 * 2 ** 20).toBeLessThan(MAX_SEGMENT_BYTES)
  })

  it('the list of failed jobs can be read again', () => {
    const text = JSON.stringify({ jobs: [record, record] }, undefined, '\t')
    expect((MAX_JOBS_KEPT * Buffer.byteLength(text)) / 2).toBeLessThan(MAX_VIEW_BYTES)
  })
})

it('a record from elsewhere is cut when it is read', async () => {
  const path = join(temporaryFolder(), 'failed-jobs.json')
  const openFile = await electronStore()
  const long = '漢'.repeat(LONG)
  openFile(path).write([
    failedJob(1, { name: long, stack: long, traceId: long, error: { name: long, message: long } }),
  ])
  const [record] = readFailedJobView(path).jobs
  expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(6_000)
})

it('what has no room in a segment begins a new one, at once and without a word', { timeout: 30_000 }, () => {
  const folder = temporaryFolder()
  const { log, lines } = captureLog()
  const journal = Journal.read({ folder, keep: 1_000, log, now: () => T0 })
  journal.start([])
  // Lines that somebody waits for are never delayed by a snapshot of their own.
  const { record } = largest('x')
  const perBatch = 2_000
  let written = 0
  for (let batch = 0; batch < 8; batch++) {
    const entries = Array.from({ length: perBatch }, (_, n) => {
      const id = `record-${batch * perBatch + n}`
      return { type: 'job-failed', at: T0, record: { ...record, id }, closes: null } as const
    })
    written += perBatch
    expect(journal.append(entries, true)).toBe(true)
  }
  journal.stop()
  expect(lines).toEqual([])
  const { segments, state } = readSettledJournal(folder)
  expect(segments.map(({ number, foreign, unreadable }) => ({ number, foreign, unreadable }))).toEqual([
    { number: 2, foreign: null, unreadable: 0 },
  ])
  expect(state.failed.has(`record-${written - 1}`)).toBe(true)
})
